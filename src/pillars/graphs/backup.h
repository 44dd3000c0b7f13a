#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/call.h"
#include "base/digest.h"
#include "base/fields.h"
#include "base/time.h"
#include "rdf/writer.h"

namespace lepton::graphs {

/// What a backup says of the graph that it holds.
struct BackupHeader {
  std::string graph;        ///< "risk/exposure"
  std::int64_t commit = 0;  ///< that it shows
  std::string description;
  std::set<std::string> tags;
  std::vector<std::string> rules;  ///< that derived what follows, which is not in the backup
  std::string regime = "none";     ///< and the entailment regime
  std::vector<std::string> shapes;
  std::string on_commit = "off";  ///< what became of a commit that did not conform to them
  std::string made_by;
  Timestamp made_at;

  static constexpr auto fields() {
    return std::tuple{required("graph", &BackupHeader::graph, "department/name of the graph that it holds"),
                      required("commit", &BackupHeader::commit, "of that graph, which it shows"),
                      optional("description", &BackupHeader::description, "of that graph"),
                      optional("tags", &BackupHeader::tags, "of that graph"),
                      optional("rules", &BackupHeader::rules, "that derived what followed; the facts are not in it"),
                      optional("regime", &BackupHeader::regime, "and the entailment regime"),
                      optional("shapes", &BackupHeader::shapes, "that its commits were validated by"),
                      optional("on_commit", &BackupHeader::on_commit, "off, report or reject what did not conform"),
                      required("made_by", &BackupHeader::made_by, "who"),
                      required("made_at", &BackupHeader::made_at, "when")};
  }
};

/// Writes a backup: an N-Quads document that any RDF tool reads, whose first line is a comment with the header and
/// whose last is one with the number of statements and the SHA-256 of all bytes before that line. One thread.
class BackupWriter : public rdf::QuadSink {
 public:
  /// `sink` outlives it.
  BackupWriter(rdf::ByteSink& sink, BackupHeader const& header);
  ~BackupWriter() override;
  void quad(rdf::QuadView const& quad) override;
  /// Once, at the end: without it the backup counts as cut off.
  void finish();

 private:
  class Hashed;
  std::unique_ptr<Hashed> bytes_;
  std::unique_ptr<rdf::Writer> statements_;
  std::int64_t count_ = 0;
};

/// Reads a backup from a file, of whom ever it is. Every problem is Error{invalid, "backup_damaged"}: no backup, cut
/// off, or other bytes than were written. One thread.
class BackupReader {
 public:
  /// Reads the first line and the last.
  explicit BackupReader(std::filesystem::path path);

  [[nodiscard]] BackupHeader const& header() const { return header_; }
  [[nodiscard]] std::int64_t statements() const { return statements_; }
  /// Hands the statements out, in one pass. When it throws, what was handed out is to be dropped.
  void read(Call const& call, rdf::QuadSink& sink) const;

 private:
  std::filesystem::path path_;
  BackupHeader header_;
  std::int64_t statements_ = 0;
  std::uint64_t size_ = 0;  ///< of what the digest is about
  Digest digest_;
};

}  // namespace lepton::graphs
