#include "graphs/backup.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "graphs/graphs_test.h"

namespace lepton::graphs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

access::Address const copy = access::parse_address("risk/copy");

/// Does something with every piece that it is given.
class Watched : public rdf::StringSink {
 public:
  void write(std::string_view bytes) override {
    StringSink::write(bytes);
    if (then) then();
  }
  std::function<void()> then;
};

class BackupTest : public GraphsTest {
 protected:
  std::string back_up(std::string const& who, std::string const& address = "risk/exposure") {
    rdf::StringSink sink;
    auto const source = graphs_->begin_backup(as(who), access::parse_address(address));
    graphs_->write_backup(as(who), source, sink);
    return sink.text;
  }

  Restored restore(std::string const& who, std::string const& backup) {
    auto const path = directory_.path() / "backup";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << backup;
    return graphs_->restore(as(who), copy, path);
  }

  /// Why it is refused; nothing may be left of it.
  std::string refusal(std::string const& backup) {
    std::string why = "it was restored";
    try {
      restore("ben", backup);
    } catch (Error const& error) {
      why = std::string(error.reason());
    }
    EXPECT_EQ(access::code_of([&] { return graphs_->get(as("ben"), copy).commit; }), Code::not_found);
    for (auto const& entry : std::filesystem::directory_iterator(directory_.path() / "graphs"))
      EXPECT_THAT(entry.path().filename().string(), testing::Not(StartsWith("incoming")));
    return why;
  }
};

TEST_P(BackupTest, ComesBackAsItWas) {
  load("ben",
       "<http://b/c/1> <http://b/p> \"一\"@zh , \"a\\n\\\"b\\\"\" , 7 , [ <http://b/q> _:x ] . _:x <http://b/q> 1.5 .");
  load("ben", two_customers, Place::named("http://b/g"));
  auto const answer = restore("ben", back_up("ben"));
  EXPECT_EQ(answer.address, "risk/copy");
  EXPECT_EQ(answer.statements, 8);
  EXPECT_EQ(answer.backup.graph, "risk/exposure");
  EXPECT_EQ(answer.backup.commit, 2);
  EXPECT_EQ(graphs_->publish(as("ben"), copy, "").digest, graphs_->publish(as("ben"), exposure, "").digest);
  auto const graph = graphs_->get(as("ben"), copy);
  EXPECT_EQ(graph.description, "who guarantees whom");
  EXPECT_THAT(graph.tags, ElementsAre("pii"));
  EXPECT_EQ(graph.commit, 1);
  EXPECT_EQ(graphs_->commits(as("ben"), copy, 100, 10).at(0).action, "restore");
  open_graphs();
  EXPECT_THAT(seen("ben", "risk/copy"), HasSubstr("\"一\"@zh"));
  EXPECT_EQ(access::code_of([&] { return restore("ben", back_up("ben")); }), Code::conflict) << "it is there already";
}

TEST_P(BackupTest, AnEmptyGraphComesBackEmpty) {
  EXPECT_EQ(restore("ben", back_up("ben")).commit, 0);
  EXPECT_EQ(seen("ben", "risk/copy"), "");
}

// The same thread commits while the backup is written: if writers had to wait, this would never end.
TEST_P(BackupTest, HoldsOneCommitWhateverIsWrittenMeanwhile) {
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += "<http://b/s/" + std::to_string(i) + "> <http://b/p> \"a text of some length\" .\n";
  load("ben", many);
  auto const before = seen("ben", "risk/exposure");
  auto const source = graphs_->begin_backup(as("ben"), exposure);
  Watched sink;
  int commits = 0;
  sink.then = [&] {
    load("ben", "<http://b/new/" + std::to_string(++commits) + "> <http://b/p> 1 .");
    graphs_->clear(as("ben"), exposure, Place::named("http://b/none"), std::nullopt);
  };
  graphs_->write_backup(as("ben"), source, sink);
  EXPECT_GT(commits, 3);
  sink.then = nullptr;
  restore("ben", sink.text);
  EXPECT_EQ(seen("ben", "risk/copy"), before);
}

TEST_P(BackupTest, APublishedVersionIsBackedUpAsItWas) {
  load("ben", two_customers);
  graphs_->publish(as("ben"), exposure, "");
  graphs_->clear(as("ben"), exposure, Place::whole(), std::nullopt);
  EXPECT_EQ(restore("ben", back_up("ben", "risk/exposure@1")).statements, 2);
}

TEST_P(BackupTest, ACutOneIsRefusedWhole) {
  load("ben", two_customers);
  auto const whole = back_up("ben");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_EQ(refusal(whole.substr(0, size)), "backup_damaged");
  auto const lines = whole.find("<http://b/c/1>");
  EXPECT_EQ(refusal(whole.substr(0, lines) + whole.substr(whole.find('\n', lines) + 1)), "backup_damaged");
  EXPECT_EQ(refusal(whole + "<http://b/c/9> <http://b/p> 1 .\n"), "backup_damaged");
  EXPECT_EQ(refusal("<http://b/c/9> <http://b/p> <http://b/c/9> .\n"), "backup_damaged");
}

TEST_P(BackupTest, AFlippedBitIsRefusedWherever) {
  load("ben", two_customers);
  auto const whole = back_up("ben");
  for (std::size_t place = 0; place < whole.size(); place += 3) {
    auto damaged = whole;
    damaged[place] ^= static_cast<char>(1 << place % 7);
    EXPECT_EQ(refusal(damaged), "backup_damaged") << "byte " << place;
  }
}

TEST_P(BackupTest, OnlyThoseFromWhomNothingIsHidden) {
  load("ben", two_customers);
  load("ben", "<http://b/x> <http://b/p> 1 .", Place::named("http://b/secret"));
  EXPECT_EQ(access::code_of([&] { return back_up("ana"); }), Code::not_found);
  access().grants.create(as("cara"), {.subject = "user:ana",
                                      .actions = {access::Action::read},
                                      .path = "risk/exposure",
                                      .not_before = {},
                                      .expires_at = {}});
  EXPECT_THAT(back_up("ana"), HasSubstr("secret"));
  graphs_->share_part(as("cara"), exposure, "http://b/secret", access::parse_address("risk/secret"), "");
  EXPECT_EQ(access::code_of([&] { return back_up("ana"); }), Code::denied);
  EXPECT_EQ(access::code_of([&] { return back_up("ben", "risk/secret"); }), Code::invalid) << "a part";
  EXPECT_THAT(back_up("ben"), HasSubstr("secret"));
  EXPECT_EQ(access::code_of([&] { return restore("ana", back_up("ben")); }), Code::denied);
  EXPECT_EQ(audit({.action = "graph.backup"}).size(), 3U);
}

TEST_P(BackupTest, ARehearsalMakesNothing) {
  load("ben", two_customers);
  auto const path = directory_.path() / "backup";
  std::ofstream(path) << back_up("ben");
  auto call = as("ben");
  call.validate_only = true;
  EXPECT_EQ(graphs_->restore(call, copy, path).statements, 2);
  EXPECT_EQ(access::code_of([&] { return graphs_->get(as("ben"), copy).commit; }), Code::not_found);
}

INSTANTIATE_TEST_SUITE_P(On, BackupTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

}  // namespace
}  // namespace lepton::graphs
