#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/matrix.h"
#include "runtime/signature.h"

namespace lepton::runtime {

/// What a model answered: for each row the values of Signature::outputs, row after row. A double holds every output
/// datatype exactly.
struct Prediction {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// A loaded model. Immutable after load: any number of threads may predict at once, and the same row gives the same
/// bits in every batch. It takes no Call, because a batch belongs to many calls: whoever batches bounds the rows.
class Model {
 public:
  virtual ~Model() = default;

  [[nodiscard]] Signature const& signature() const { return signature_; }
  /// "xgboost": what made the artifact, the `platform` of the inference protocol.
  [[nodiscard]] virtual std::string_view platform() const = 0;
  /// Bytes held, for capacity planning.
  [[nodiscard]] virtual std::size_t memory_bytes() const = 0;

  /// Columns in the order of signature().inputs; NaN is missing. Throws Error{invalid} for another number of columns.
  [[nodiscard]] Prediction predict(MatrixView input) const;

 protected:
  explicit Model(Signature signature) : signature_(std::move(signature)) {}

 private:
  virtual void run(MatrixView input, Prediction& out) const = 0;

  Signature signature_;
};

/// Reads an artifact of the `xgboost` trainer (XGBoost's JSON model). Throws Error{invalid} when it is damaged, of a
/// kind that is not supported, or does not agree with the signature. The bytes are not needed afterwards.
[[nodiscard]] std::unique_ptr<Model> load(std::string_view artifact, Signature signature);

}  // namespace lepton::runtime
