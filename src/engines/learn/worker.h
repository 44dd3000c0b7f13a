#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace lepton::learn {

/// `lepton worker train <directory>`: the sealed process of a training job. Reads training.json and the data it names
/// in the directory ($LEPTON_JOB_DIR when none is given) and writes there
///
///   outputs/model.json or model.bin   the artifact
///   outputs/signature.json            what goes in and out
///   outputs/report.json               the evaluation report
///   metrics.jsonl                     {"key","step","value","timestamp"} per line
///   progress.json                     {"fraction":0.4,"message":"round 40 of 100"}, replaced as a whole
///   error.json                        {"code","message","details"}, only when it failed
///
/// and a log for people on standard output. Outputs appear together at the end or not at all. Returns the exit code: 0,
/// 7 for wrong input, 1 otherwise.
int train_worker_main(std::span<std::string const> arguments);

}  // namespace lepton::learn
