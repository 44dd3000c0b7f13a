#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/rows.h"
#include "runtime/signature.h"

namespace lepton::runtime {

/// What a model answered: for each row the values of Signature::outputs one after the other, row after row; an output
/// with labels takes as many places as it has labels. A double holds every output datatype exactly but text, which
/// stands apart.
struct Prediction {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
  std::vector<std::vector<std::string>> texts{};  ///< of each output, one per row; none at all without outputs of text
  std::vector<std::string> explanations{};        ///< one per row where they were asked for: JSON

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// What one input, term or feature added to a score.
struct Contribution {
  std::string name;
  double value = 0;

  static constexpr auto fields() {
    return std::tuple{required("name", &Contribution::name, "input, term or feature"),
                      required("value", &Contribution::value, "what it added to the score")};
  }
};

/// Why a row got an answer: the score that decided, before it was made a probability, as a sum.
struct Explanation {
  std::string answer;  ///< output, class or entity
  double base = 0;     ///< score of a row of which nothing is known; of a scorecard, of the row it compares with
  std::vector<Contribution> contributions;

  static constexpr auto fields() {
    return std::tuple{required("answer", &Explanation::answer, "what is explained: an output, a class, an entity"),
                      required("base", &Explanation::base, "score before anything is known"),
                      required("contributions", &Explanation::contributions, "what was added to it")};
  }
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

  /// Columns in the order of signature().inputs; NaN is missing. Throws Error{invalid} for another number of columns,
  /// and where a column of text has no texts.
  [[nodiscard]] Prediction predict(RowsView input) const;
  /// For each row what decided, by falling weight: exact for trees (TreeSHAP) and linear models; for entities, what
  /// spoke for the label of their first token. Throws as predict() does, and Error{invalid} for a model that cannot
  /// tell.
  [[nodiscard]] std::vector<std::vector<Explanation>> explain(RowsView input) const;

 protected:
  explicit Model(Signature signature) : signature_(std::move(signature)) {}

 private:
  void require_columns(RowsView input) const;
  virtual void run(RowsView input, Prediction& out) const = 0;
  [[nodiscard]] virtual std::vector<Explanation> explain_row(RowsView input, std::size_t row) const;

  Signature signature_;
};

/// A kind of model that another module brings: how artifacts of it are named (ModelFile::is), and read as load() does.
struct ModelKind {
  std::string_view name;
  std::unique_ptr<Model> (*load)(std::string_view artifact, Signature signature);
};

/// Reads what a trainer left: XGBoost's JSON model, a scorecard, a ModelFile of a text model, or one of the `further`
/// kinds. Throws Error{invalid} when it is damaged, of a kind that is not supported, or does not agree with the
/// signature. The bytes are not needed afterwards.
[[nodiscard]] std::unique_ptr<Model> load(std::string_view artifact, Signature signature,
                                          std::span<ModelKind const> further = {});

}  // namespace lepton::runtime
