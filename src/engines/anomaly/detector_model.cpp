#include "anomaly/detector_model.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"

namespace lepton::anomaly {
namespace {

constexpr std::size_t period_input = 0, observed_input = 1;

std::uint64_t whole_count(json::Value const& value, std::string const& what) {
  std::optional<std::uint64_t> count;
  if (value.is_int64() && value.get_int64() >= 0) count = find_count(std::to_string(value.get_int64()));
  if (value.is_double() || value.is_uint64() || value.is_string())
    count = find_count(value.is_string() ? std::string(value.get_string()) : json::write(value));
  if (!count) throw invalid(fmt::format("{}: expected a whole number from 0 on, found {}", what, json::write(value)));
  return *count;
}

Observation read_counts(json::Object const& object) {
  Observation out;
  for (auto const& member : object)
    if (member.key() != "total" && member.key() != "counts")
      throw invalid(fmt::format("expected \"total\" and \"counts\", found \"{}\"", std::string_view(member.key())));
  auto const* const total = object.if_contains("total");
  if (total == nullptr) throw invalid("expected a \"total\": how many things the period brought");
  out.total = whole_count(*total, "total");
  auto const* const counts = object.if_contains("counts");
  if (counts == nullptr) return out;
  if (!counts->is_object()) throw invalid("counts: expected an object of series and numbers");
  for (auto const& member : counts->get_object())
    out.counts.emplace_back(std::string(member.key()), whole_count(member.value(), std::string(member.key())));
  return out;
}

/// The text of a field; numbers as they are written, null and what is not there as empty.
std::string field_of(json::Object const& row, std::string const& column, std::size_t place) {
  auto const* const value = row.if_contains(column);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(std::string_view(value->get_string()));
  if (value->is_structured()) throw invalid(fmt::format("row {}: '{}' must be a text or a number", place, column));
  return json::write(*value);
}

Observation count_rows(RowColumns const& columns, json::Array const& rows) {
  RowSeries cutter;
  std::map<std::string, std::uint64_t> sums;
  Observation out;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    auto const* const row = rows[place].if_object();
    if (row == nullptr)
      throw invalid(fmt::format("row {}: expected an object, found {}", place, json::kind_name(rows[place])));
    std::uint64_t things = 1;
    if (columns.count) {
      auto const* const value = row->if_contains(*columns.count);
      if (value == nullptr) throw invalid(fmt::format("row {}: '{}' is missing", place, *columns.count));
      things = whole_count(*value, fmt::format("row {}, '{}'", place, *columns.count));
    }
    auto const text = columns.text ? field_of(*row, *columns.text, place) : std::string();
    std::vector<std::string> fields;
    for (auto const& column : columns.category) fields.push_back(field_of(*row, column, place));
    out.total += things;
    for (auto const& name : cutter.of(columns, text, {fields.begin(), fields.end()})) sums[name] += things;
  }
  out.counts.assign(sums.begin(), sums.end());
  return out;
}

template <typename Value>
std::string json_array(std::vector<Value> const& values) {
  return json::write(lepton::to_json(values));
}

class DetectorModel final : public runtime::Model {
 public:
  DetectorModel(Detector detector, runtime::Signature signature)
      : Model(std::move(signature)), detector_(std::move(detector)) {}

  [[nodiscard]] std::string_view platform() const override { return Detector::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override { return detector_.bytes(); }

 private:
  struct Judged {
    std::int64_t period = 0;
    Observation observed;
    std::vector<Alert> alerts;
  };

  [[nodiscard]] Judged judge(runtime::RowsView input, std::size_t row) const try {
    Judged out;
    out.period = detector_.period(input.texts[period_input][row]);
    out.observed = read_observation(detector_.settings().columns, input.texts[observed_input][row]);
    out.alerts = detector_.judge(out.period, out.observed);
    return out;
  } catch (Error const& error) {
    throw invalid(fmt::format("row {}: {}", row, error.what()));
  }

  void run(runtime::RowsView input, runtime::Prediction& out) const override {
    out.texts.resize(out.columns);
    for (std::size_t row = 0; row < input.rows(); ++row) {
      auto const judged = judge(input, row);
      out.texts[0].push_back(json_array(judged.alerts));
      out.values[row * out.columns + 1] = static_cast<double>(judged.observed.total);
      out.texts[2].push_back(json_array(detector_.thresholds(judged.period)));
    }
  }

  [[nodiscard]] std::vector<runtime::Explanation> explain_row(runtime::RowsView input, std::size_t row) const override {
    std::vector<runtime::Explanation> out;
    for (auto const& alert : judge(input, row).alerts)
      out.push_back({alert.series,
                     alert.expected,
                     {{"above what the past explains", static_cast<double>(alert.count) - alert.expected}}});
    return out;
  }

  Detector detector_;
};

}  // namespace

Observation read_observation(RowColumns const& columns, std::string_view text) {
  if (text.empty()) return {};
  auto const value = json::parse(text);
  if (auto const* const rows = value.if_array()) return count_rows(columns, *rows);
  if (auto const* const counts = value.if_object()) return read_counts(*counts);
  throw invalid(
      fmt::format("expected an array of rows, or {{\"total\", \"counts\"}}, found {}", json::kind_name(value)));
}

runtime::Signature detector_signature(std::string const& target) {
  using runtime::DataType;
  runtime::Signature signature;
  signature.task = runtime::Task::anomaly_detection;
  signature.target = target;
  signature.inputs = {
      {"period", DataType::bytes, true, "a date in the period that is judged; empty: the next one", {}, ""},
      {"observed",
       DataType::bytes,
       false,
       "JSON: an array of the period's rows, or {\"total\": n, \"counts\": {series: n}}",
       {},
       "[]"}};
  signature.outputs = {{"alerts", DataType::bytes, false, "JSON array: what the past does not explain"},
                       {"total", DataType::int64, false, "things counted"},
                       {"thresholds", DataType::bytes, false, "JSON array: bounds of this total and the next ones"}};
  return signature;
}

runtime::ModelKind detector_kind() {
  return {Detector::kind,
          [](std::string_view artifact, runtime::Signature signature) -> std::unique_ptr<runtime::Model> {
            auto detector = Detector::parse(artifact);
            runtime::require_agreement(signature, detector_signature(""));
            return std::make_unique<DetectorModel>(std::move(detector), std::move(signature));
          }};
}

}  // namespace lepton::anomaly
