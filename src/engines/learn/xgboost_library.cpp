#include "learn/xgboost_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <charconv>
#include <cstdlib>

#include "base/check.h"
#include "base/error.h"

namespace lepton::learn {
namespace {

/// The functions in use. The library is loaded when a training begins, so that a server, which is the same binary,
/// starts without it.
struct Api {
#define LEPTON_XGBOOST_FUNCTION(name) decltype(&::name) name = find<decltype(&::name)>(#name)
  void* library = load();
  LEPTON_XGBOOST_FUNCTION(XGBGetLastError);
  LEPTON_XGBOOST_FUNCTION(XGBoostVersion);
  LEPTON_XGBOOST_FUNCTION(XGDMatrixCreateFromMat_omp);
  LEPTON_XGBOOST_FUNCTION(XGDMatrixSetFloatInfo);
  LEPTON_XGBOOST_FUNCTION(XGDMatrixSetUIntInfo);
  LEPTON_XGBOOST_FUNCTION(XGDMatrixSetStrFeatureInfo);
  LEPTON_XGBOOST_FUNCTION(XGDMatrixFree);
  LEPTON_XGBOOST_FUNCTION(XGBoosterCreate);
  LEPTON_XGBOOST_FUNCTION(XGBoosterFree);
  LEPTON_XGBOOST_FUNCTION(XGBoosterSetParam);
  LEPTON_XGBOOST_FUNCTION(XGBoosterSetStrFeatureInfo);
  LEPTON_XGBOOST_FUNCTION(XGBoosterUpdateOneIter);
  LEPTON_XGBOOST_FUNCTION(XGBoosterEvalOneIter);
  LEPTON_XGBOOST_FUNCTION(XGBoosterSlice);
  LEPTON_XGBOOST_FUNCTION(XGBoosterSaveModelToBuffer);
  LEPTON_XGBOOST_FUNCTION(XGBoosterLoadModelFromBuffer);
  LEPTON_XGBOOST_FUNCTION(XGBoosterFeatureScore);
  LEPTON_XGBOOST_FUNCTION(XGBoosterPredict);
#undef LEPTON_XGBOOST_FUNCTION

 private:
  static void* load() {
    // OpenMP's threads wait for each other by spinning for milliseconds; when other work has their processors, a
    // training of half a second then takes fifteen. Read once, when the library is loaded.
    ::setenv("GOMP_SPINCOUNT", "10000", 0);
    void* const library = ::dlopen("libxgboost.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
      throw unavailable(fmt::format("cannot load XGBoost ({}): install libxgboost0", ::dlerror()));
    return library;
  }
  template <class Function>
  Function find(char const* name) const {
    void* const symbol = ::dlsym(library, name);
    if (symbol == nullptr) throw unavailable(fmt::format("this XGBoost lacks {}: 1.7 or newer is needed", name));
    return reinterpret_cast<Function>(symbol);
  }
};

Api const& api() {
  static Api const loaded;
  return loaded;
}

void succeed(int result) {
  if (result == 0) return;
  std::string problem = api().XGBGetLastError();
  // "[08:12:01] ../src/file.cc:117: what went wrong\nStack trace: …": the first line without the time is for people.
  problem = problem.substr(0, problem.find('\n'));
  throw internal("XGBoost failed: " + problem.substr(problem.starts_with('[') ? problem.find(']') + 2 : 0));
}

std::vector<DMatrixHandle> handles_of(std::vector<BoosterData const*> const& data) {
  std::vector<DMatrixHandle> handles;
  for (auto const* one : data) handles.push_back(one->handle());
  return handles;
}

std::vector<char const*> pointers_to(std::vector<std::string> const& texts) {
  std::vector<char const*> pointers;
  for (auto const& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

}  // namespace

std::string xgboost_version() {
  int major = 0, minor = 0, patch = 0;
  api().XGBoostVersion(&major, &minor, &patch);
  return fmt::format("{}.{}.{}", major, minor, patch);
}

BoosterData::BoosterData(Examples const& examples, int threads) {
  auto const view = examples.values.view();
  succeed(api().XGDMatrixCreateFromMat_omp(view.data, view.rows, view.columns, runtime::missing, &handle_, threads));
  auto const names = pointers_to(examples.features);
  succeed(api().XGDMatrixSetFloatInfo(handle_, "label", examples.target.data(), examples.target.size()));
  succeed(
      api().XGDMatrixSetStrFeatureInfo(handle_, "feature_name", const_cast<char const**>(names.data()), names.size()));
}

void BoosterData::group(std::vector<unsigned> const& sizes) {
  succeed(api().XGDMatrixSetUIntInfo(handle_, "group", sizes.data(), sizes.size()));
}

void BoosterData::begin_with(std::vector<float> const& sums) {
  succeed(api().XGDMatrixSetFloatInfo(handle_, "base_margin", sums.data(), sums.size()));
}

BoosterData::~BoosterData() {
  if (handle_ != nullptr) api().XGDMatrixFree(handle_);
}

Booster::Booster(std::vector<BoosterData const*> const& data) {
  auto const handles = handles_of(data);
  succeed(api().XGBoosterCreate(handles.data(), handles.size(), &handle_));
}

Booster::~Booster() {
  if (handle_ != nullptr) api().XGBoosterFree(handle_);
}

void Booster::set(std::string const& name, std::string const& value) {
  succeed(api().XGBoosterSetParam(handle_, name.c_str(), value.c_str()));
}

void Booster::name_features(std::vector<std::string> const& names) {
  auto const pointers = pointers_to(names);
  succeed(api().XGBoosterSetStrFeatureInfo(handle_, "feature_name", const_cast<char const**>(pointers.data()),
                                           pointers.size()));
}

void Booster::update(int round, BoosterData const& data) {
  succeed(api().XGBoosterUpdateOneIter(handle_, round, data.handle()));
}

std::vector<double> Booster::evaluate(int round, std::vector<BoosterData const*> const& data) {
  auto handles = handles_of(data);
  std::vector<char const*> names(data.size(), "d");
  char const* answer = nullptr;
  succeed(api().XGBoosterEvalOneIter(handle_, round, handles.data(), names.data(), data.size(), &answer));
  std::vector<double> values;  // from "[12]\td-logloss:0.43210\td-logloss:0.44003"
  std::string_view const text = answer;
  for (auto colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    double value = 0;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), value);
    values.push_back(value);
  }
  check(values.size() == data.size(), "XGBoost answers one metric per data set");
  return values;
}

Booster Booster::first(int rounds) const {
  BoosterHandle slice = nullptr;
  succeed(api().XGBoosterSlice(handle_, 0, rounds, 1, &slice));
  return Booster(slice);
}

void Booster::load(std::string const& artifact) {
  succeed(api().XGBoosterLoadModelFromBuffer(handle_, artifact.data(), artifact.size()));
}

std::string Booster::save() const {
  bst_ulong size = 0;
  char const* bytes = nullptr;
  succeed(api().XGBoosterSaveModelToBuffer(handle_, R"({"format":"json"})", &size, &bytes));
  return {bytes, size};
}

std::map<std::string, double> Booster::importance(std::string const& type) const {
  bst_ulong count = 0, dimensions = 0;
  char const** names = nullptr;
  bst_ulong const* shape = nullptr;
  float const* scores = nullptr;
  succeed(api().XGBoosterFeatureScore(handle_, fmt::format(R"({{"importance_type":"{}"}})", type).c_str(), &count,
                                      &names, &dimensions, &shape, &scores));
  std::map<std::string, double> importance;
  for (bst_ulong i = 0; i < count; ++i) importance.emplace(names[i], scores[i]);
  return importance;
}

std::vector<float> Booster::predict(BoosterData const& data) const {
  bst_ulong count = 0;
  float const* scores = nullptr;
  succeed(api().XGBoosterPredict(handle_, data.handle(), 0, 0, 0, &count, &scores));
  return {scores, scores + count};
}

std::vector<float> Booster::contributions(BoosterData const& data) const {
  constexpr int contributions_of_features = 4;
  bst_ulong count = 0;
  float const* values = nullptr;
  succeed(api().XGBoosterPredict(handle_, data.handle(), contributions_of_features, 0, 0, &count, &values));
  return {values, values + count};
}

}  // namespace lepton::learn
