#pragma once

#include <filesystem>

namespace lepton::bench {

/// Seconds of processors this process has used.
[[nodiscard]] double cpu_seconds();

/// Each prints a table of figures from the folder of real data, or says by name what it skips.
void entity_resolution(std::filesystem::path const& data);
/// `development`: also figures on the half that choices were made on.
void entity_resolution_development(std::filesystem::path const& data);
void retrieval_of_answers(std::filesystem::path const& data);
void retrieval_development(std::filesystem::path const& data);
void link_prediction_wn18rr(std::filesystem::path const& data);
void link_prediction_fb15k237(std::filesystem::path const& data);

}  // namespace lepton::bench
