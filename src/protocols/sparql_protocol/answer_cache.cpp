#include "sparql_protocol/answer_cache.h"

namespace lepton::sparql_protocol {

std::shared_ptr<KeptAnswer const> AnswerCache::find(std::string const& tag) {
  auto state = state_.lock();
  auto const found = state->by_tag.find(tag);
  if (found == state->by_tag.end()) return nullptr;
  state->by_use.splice(state->by_use.begin(), state->by_use, found->second);
  return found->second->answer;
}

void AnswerCache::put(std::string const& tag, KeptAnswer answer) {
  if (!takes(answer.body.size())) return;
  auto state = state_.lock();
  if (state->by_tag.contains(tag)) return;
  state->bytes += answer.body.size();
  state->by_use.push_front({tag, std::make_shared<KeptAnswer const>(std::move(answer))});
  state->by_tag.emplace(tag, state->by_use.begin());
  while (state->bytes > most_bytes_) {
    auto const& last = state->by_use.back();
    state->bytes -= last.answer->body.size();
    state->by_tag.erase(last.tag);
    state->by_use.pop_back();
  }
}

}  // namespace lepton::sparql_protocol
