#pragma once

#include "serving/sources.h"

namespace lepton::bench {

/// A registry of one model: boosted trees of the size that credit scoring uses, the same in every run.
class OneModel : public serving::ModelSource {
 public:
  OneModel(int features, int trees, int depth);

  [[nodiscard]] serving::ServableModel resolve(db::Transaction&, Call const&, access::Address const&) const override;
  [[nodiscard]] std::string artifact(Call const&, serving::ServableModel const&) const override { return artifact_; }

 private:
  runtime::Signature signature_;
  std::string artifact_;
};

}  // namespace lepton::bench
