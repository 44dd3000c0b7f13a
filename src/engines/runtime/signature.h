#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/json.h"

namespace lepton::runtime {

/// What kind of answer a model gives. Those that begin with `text` read texts.
enum class Task {
  binary_classification,
  multiclass_classification,
  regression,
  ranking,
  text_classification,
  text_labelling,     ///< any number of classes a text
  text_entities,      ///< named stretches of a text
  recommendation,     ///< items for a history
  anomaly_detection,  ///< what of a period's counts the past does not explain
};

/// The datatypes of the Open Inference Protocol (V2, §tensor data types) that tables of numbers and texts need.
enum class DataType { boolean, int32, int64, fp32, fp64, bytes };

/// One named column that a model reads or writes.
struct Column {
  std::string name;
  DataType datatype = DataType::fp32;
  bool nullable = true;                    ///< a row may lack it; the model knows what to do then
  std::optional<std::string> description;  ///< for people
  /// Of an output with several numbers a row: what each stands for. The tensor then has shape [rows, labels].
  std::optional<std::vector<std::string>> labels{};
  /// Of an input of text that is not just any text: one that the model can read.
  std::optional<std::string> example{};

  /// Numbers (or texts) a row.
  [[nodiscard]] std::size_t width() const { return labels ? labels->size() : 1; }

  static constexpr auto fields();
};

struct TensorParameters {
  std::vector<std::string> labels;

  static constexpr auto fields() {
    return std::tuple{required("labels", &TensorParameters::labels, "what each element of a row stands for")};
  }
};

/// How the Open Inference Protocol describes a tensor; -1 in the shape is the batch.
struct TensorMetadata {
  std::string name;
  std::string datatype;
  std::vector<std::int64_t> shape;
  std::optional<TensorParameters> parameters{};

  static constexpr auto fields();
};

/// What goes into a model and what comes out, in the order of the columns: the file signature.json beside the artifact.
struct Signature {
  Task task = Task::binary_classification;
  std::vector<Column> inputs;
  std::vector<Column> outputs;
  std::string target;               ///< the training column the model predicts
  std::optional<double> threshold;  ///< for classification: scores at or above it are the positive class

  static constexpr auto fields();

  /// Position of an input column.
  [[nodiscard]] std::optional<std::size_t> find_input(std::string_view name) const;
  /// Whether some input is text.
  [[nodiscard]] bool reads_text() const;
  /// Widths of all outputs together.
  [[nodiscard]] std::size_t output_width() const;
  /// One tensor per column, of shape [-1], or [-1, labels].
  [[nodiscard]] std::vector<TensorMetadata> input_metadata() const;
  [[nodiscard]] std::vector<TensorMetadata> output_metadata() const;
};

/// Throws Error{invalid} that names what is wrong: unknown fields, no inputs, a column twice.
[[nodiscard]] Signature parse_signature(json::Value const& value);

/// What came with an artifact must be what the artifact itself reads and writes: task, types of the inputs, outputs.
/// Names of inputs and descriptions are free. Throws Error{invalid} otherwise.
void require_agreement(Signature const& given, Signature const& own);

/// "BOOL", "INT32", "INT64", "FP32", "FP64", "BYTES".
[[nodiscard]] std::string_view protocol_name(DataType type);

}  // namespace lepton::runtime

template <>
struct lepton::EnumNames<lepton::runtime::Task> {
  using enum lepton::runtime::Task;
  static constexpr std::array<std::pair<lepton::runtime::Task, std::string_view>, 9> values{
      {{binary_classification, "binary_classification"},
       {multiclass_classification, "multiclass_classification"},
       {regression, "regression"},
       {ranking, "ranking"},
       {text_classification, "text_classification"},
       {text_labelling, "text_labelling"},
       {text_entities, "text_entities"},
       {recommendation, "recommendation"},
       {anomaly_detection, "anomaly_detection"}}};
};

template <>
struct lepton::EnumNames<lepton::runtime::DataType> {
  using enum lepton::runtime::DataType;
  static constexpr std::array<std::pair<lepton::runtime::DataType, std::string_view>, 6> values{
      {{boolean, "BOOL"}, {int32, "INT32"}, {int64, "INT64"}, {fp32, "FP32"}, {fp64, "FP64"}, {bytes, "BYTES"}}};
};

namespace lepton::runtime {

constexpr auto Column::fields() {
  return std::tuple{required("name", &Column::name, "name of the column"),
                    required("datatype", &Column::datatype, "Open Inference Protocol datatype"),
                    optional("nullable", &Column::nullable, "whether a row may lack it"),
                    optional("description", &Column::description, "for people"),
                    optional("labels", &Column::labels, "of an output with several elements a row: what each is"),
                    optional("example", &Column::example, "a text that the model can read, where not any will do")};
}

constexpr auto TensorMetadata::fields() {
  return std::tuple{required("name", &TensorMetadata::name, "name of the tensor"),
                    required("datatype", &TensorMetadata::datatype, "Open Inference Protocol datatype"),
                    required("shape", &TensorMetadata::shape, "dimensions, -1 for the batch"),
                    optional("parameters", &TensorMetadata::parameters, "what its elements stand for")};
}

constexpr auto Signature::fields() {
  return std::tuple{required("task", &Signature::task, "kind of answer"),
                    required("inputs", &Signature::inputs, "columns read, in order"),
                    required("outputs", &Signature::outputs, "columns written, in order"),
                    optional("target", &Signature::target, "training column that is predicted"),
                    optional("threshold", &Signature::threshold, "score from which on the class is positive")};
}

}  // namespace lepton::runtime
