#include "serving/fleet.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::serving {
namespace {

Metrics::Labels labels(access::AssetId const& deployment) {
  return {{"deployment", deployment.str()}};
}

Error unknown(std::string const& name) {
  return not_found(fmt::format("there is no deployment \"{}\"", name));
}

bool keeps_values(DeploymentSpec const& spec, ServableModel const& model) {
  if (spec.keep_inputs != KeepInputs::automatic) return spec.keep_inputs == KeepInputs::value;
  return !model.tags.contains("pii") && !model.tags.contains("class=restricted");
}

/// Zeros, and a text that the model can read.
runtime::Rows sample(runtime::Signature const& signature, std::size_t rows) {
  auto const columns = signature.inputs.size();
  runtime::Rows out(runtime::Matrix(columns, std::vector<float>(rows * columns)));
  if (!signature.reads_text()) return out;
  for (auto const& input : signature.inputs)
    out.texts.emplace_back(input.datatype == runtime::DataType::bytes ? rows : 0, input.example.value_or("text"));
  return out;
}

/// One row, then a full batch: both paths of the predictor, its memory and its caches.
void warm(runtime::Model const& model, std::size_t max_rows) {
  for (std::size_t const rows : {std::size_t{1}, std::min<std::size_t>(max_rows, 256)}) {
    auto const prediction = model.predict(sample(model.signature(), rows).view());
    if (prediction.rows != rows || prediction.columns != model.signature().output_width())
      throw invalid("the model's answer does not have the shape that its signature promises");
  }
}

void drain(std::shared_ptr<Served const> const& served) {
  if (served && served->loaded) served->loaded->batcher->drain();
}

}  // namespace

DeploymentMetrics::DeploymentMetrics(Metrics& metrics, access::AssetId const& deployment)
    : answered(metrics.counter("lepton_inference_answered_total", "Inference requests answered.", labels(deployment))),
      failed(metrics.counter("lepton_inference_failed_total", "Inference requests that ended in an error.",
                             labels(deployment))),
      shed(metrics.counter("lepton_inference_shed_total", "Inference requests refused because too many waited.",
                           labels(deployment))),
      queued(
          metrics.gauge("lepton_inference_queued", "Inference requests that wait for the model.", labels(deployment))),
      batch_rows(metrics.histogram("lepton_inference_batch_rows", "Rows that ran as one batch.",
                                   {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}, labels(deployment))),
      latency(metrics.histogram("lepton_inference_seconds", "From the request to its durable decision.",
                                latency_bounds(), labels(deployment))) {}

Fleet::Fleet(access::Authority const& authority, Metrics& metrics, Clock const& clock,
             std::vector<runtime::ModelKind> further)
    : authority_(authority), metrics_(metrics), clock_(clock), further_kinds_(std::move(further)) {}

Fleet::~Fleet() {
  stop();
}

std::shared_ptr<Served const> Fleet::find(Call const& call, std::string const& name) const {
  auto const all = snapshot();
  if (name.find('/') != std::string::npos) {
    auto const found = all->find(name);
    if (found == all->end() || !authority_.may_discover(call, found->second->asset)) throw unknown(name);
    return found->second;
  }
  std::shared_ptr<Served const> match;
  std::vector<std::string> matches;
  for (auto const& [address, served] : *all) {
    if (served->asset.name != name || !authority_.may_discover(call, served->asset)) continue;
    matches.push_back(address);
    match = served;
  }
  if (!match) throw unknown(name);
  if (matches.size() > 1)
    throw invalid(fmt::format("\"{}\" means several deployments: say which, {}", name, fmt::join(matches, " or ")));
  return match;
}

std::vector<std::shared_ptr<Served const>> Fleet::list(Call const& call) const {
  std::vector<std::shared_ptr<Served const>> out;
  auto const all = snapshot();
  for (auto const& [address, served] : *all)
    if (authority_.may_discover(call, served->asset)) out.push_back(served);
  return out;
}

std::shared_ptr<Served const> Fleet::find(access::AssetId const& id) const {
  auto const all = snapshot();
  for (auto const& [address, served] : *all)
    if (served->asset.id == id) return served;
  return nullptr;
}

std::shared_ptr<LoadedRevision const> Fleet::load(Call const& call, ModelSource const& models,
                                                  access::AssetId const& deployment, Revision const& revision,
                                                  ServableModel const& model) {
  if (model.digest != revision.model_digest)
    throw conflict(
        fmt::format("{} is not the content that revision {} was deployed with", revision.model, revision.number));
  auto loaded = std::make_shared<LoadedRevision>();
  loaded->revision = revision;
  loaded->model = model;
  loaded->keep_input_values = keeps_values(revision.spec, model);
  loaded->predictor = runtime::load(models.artifact(call, model), model.signature, further_kinds_);
  auto const& spec = revision.spec;
  warm(*loaded->predictor, static_cast<std::size_t>(spec.max_batch_rows));
  auto const metrics = metrics_of(deployment);
  loaded->batcher = std::make_unique<Batcher>(
      loaded->predictor,
      BatchLimits{static_cast<std::size_t>(spec.replicas), static_cast<std::size_t>(spec.max_batch_rows),
                  static_cast<std::size_t>(spec.max_queued)},
      clock_, BatchMetrics{metrics->shed, metrics->queued, metrics->batch_rows});
  return loaded;
}

void Fleet::put(access::Asset const& asset, std::shared_ptr<LoadedRevision const> loaded) {
  auto served = std::make_shared<Served>(Served{asset, std::move(loaded), "", metrics_of(asset.id)});
  auto const now_loaded = served->loaded;
  auto const before = replace(asset.address().str(), std::move(served));
  if (before && before->loaded != now_loaded) drain(before);
}

void Fleet::put_unavailable(access::Asset const& asset, std::string const& reason) {
  drain(replace(asset.address().str(), std::make_shared<Served>(Served{asset, nullptr, reason, metrics_of(asset.id)})));
}

void Fleet::remove(access::AssetId const& id) {
  if (auto const served = find(id)) drain(replace(served->asset.address().str(), nullptr));
}

void Fleet::stop() {
  auto const all = std::exchange(*snapshot_.lock(), std::make_shared<Snapshot const>());
  for (auto const& [address, served] : *all) drain(served);
}

std::shared_ptr<Served const> Fleet::replace(std::string const& address, std::shared_ptr<Served const> served) {
  auto current = snapshot_.lock();
  auto changed = std::make_shared<Snapshot>(**current);
  std::shared_ptr<Served const> before;
  if (auto const found = changed->find(address); found != changed->end()) before = found->second;
  if (served) {
    (*changed)[address] = std::move(served);
  } else {
    changed->erase(address);
  }
  *current = std::move(changed);
  return before;
}

std::shared_ptr<DeploymentMetrics> Fleet::metrics_of(access::AssetId const& deployment) {
  auto all = metrics_of_.lock();
  auto& metrics = (*all)[deployment];
  if (!metrics) metrics = std::make_shared<DeploymentMetrics>(metrics_, deployment);
  return metrics;
}

}  // namespace lepton::serving
