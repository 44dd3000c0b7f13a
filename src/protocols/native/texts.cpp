#include "graphs/texts.h"

#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

using graphs::Texts;

/// What rule sets and shapes say of themselves; their handlers are the same.
struct Words {
  Description create, list, get, save, versions, version, remove;
};

constexpr Words rules{.create = {.method = "POST",
                                 .path = "/v1/departments/{department}/rules",
                                 .name = "create_rules",
                                 .tag = "rules",
                                 .summary = "Save a rule set as version 1; its rules are checked",
                                 .example = R"({"department": "risk", "name": "exposure-rules", "regime": "rdfs",
                              "text": "@prefix b: <http://bank.example/> . b:related[?x,?y] :- b:guarantees[?x,?y] ."})",
                                 .status = 201},
                      .list = {.method = "GET",
                               .path = "/v1/rules",
                               .name = "list_rules",
                               .tag = "rules",
                               .summary = "List the rule sets that you may discover"},
                      .get = {.method = "GET",
                              .path = "/v1/departments/{department}/rules/{name}",
                              .name = "get_rules",
                              .tag = "rules",
                              .summary = "Read what a rule set is"},
                      .save = {.method = "POST",
                               .path = "/v1/departments/{department}/rules/{name}/versions",
                               .name = "save_rules",
                               .tag = "rules",
                               .summary = "Save the next version of a rule set; its rules are checked",
                               .example = R"({"department": "risk", "name": "exposure-rules", "note": "also employers",
                            "text": "@prefix b: <http://bank.example/> . b:related[?x,?y] :- b:employs[?y,?x] ."})",
                               .status = 201},
                      .versions = {.method = "GET",
                                   .path = "/v1/departments/{department}/rules/{name}/versions",
                                   .name = "list_rules_versions",
                                   .tag = "rules",
                                   .summary = "List the versions of a rule set, newest first, without their texts"},
                      .version = {.method = "GET",
                                  .path = "/v1/departments/{department}/rules/{name}/versions/{version}",
                                  .name = "get_rules_version",
                                  .tag = "rules",
                                  .summary = "Read a version of a rule set with its text; \"latest\" is the newest"},
                      .remove = {.method = "DELETE",
                                 .path = "/v1/departments/{department}/rules/{name}",
                                 .name = "remove_rules",
                                 .tag = "rules",
                                 .summary = "Remove a rule set that no graph uses or used",
                                 .status = 204}};

constexpr Words shapes{.create = {.method = "POST",
                                  .path = "/v1/departments/{department}/shapes",
                                  .name = "create_shapes",
                                  .tag = "shapes",
                                  .summary = "Save shapes (SHACL, in Turtle) as version 1; they are checked",
                                  .example = R"({"department": "risk", "name": "customer-shapes",
                              "text": "<urn:s> a <http://www.w3.org/ns/shacl#NodeShape> ."})",
                                  .status = 201},
                       .list = {.method = "GET",
                                .path = "/v1/shapes",
                                .name = "list_shapes",
                                .tag = "shapes",
                                .summary = "List the shapes that you may discover"},
                       .get = {.method = "GET",
                               .path = "/v1/departments/{department}/shapes/{name}",
                               .name = "get_shapes",
                               .tag = "shapes",
                               .summary = "Read what shapes are"},
                       .save = {.method = "POST",
                                .path = "/v1/departments/{department}/shapes/{name}/versions",
                                .name = "save_shapes",
                                .tag = "shapes",
                                .summary = "Save the next version of shapes; they are checked",
                                .example = R"({"department": "risk", "name": "customer-shapes", "note": "names too",
                            "text": "<urn:s> a <http://www.w3.org/ns/shacl#NodeShape> ."})",
                                .status = 201},
                       .versions = {.method = "GET",
                                    .path = "/v1/departments/{department}/shapes/{name}/versions",
                                    .name = "list_shapes_versions",
                                    .tag = "shapes",
                                    .summary = "List the versions of shapes, newest first, without their texts"},
                       .version = {.method = "GET",
                                   .path = "/v1/departments/{department}/shapes/{name}/versions/{version}",
                                   .name = "get_shapes_version",
                                   .tag = "shapes",
                                   .summary = "Read a version of shapes with its text; \"latest\" is the newest"},
                       .remove = {.method = "DELETE",
                                  .path = "/v1/departments/{department}/shapes/{name}",
                                  .name = "remove_shapes",
                                  .tag = "shapes",
                                  .summary = "Remove shapes that no graph uses or used",
                                  .status = 204}};

template <Words const& words>
struct CreateText {
  Texts& texts;

  struct Input {
    std::string department, name, text, regime, description, note;
    std::set<std::string> tags;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "short name"),
                        required("text", &Input::text, "rules in the rule language, or shapes in Turtle"),
                        optional("regime", &Input::regime, "of rules: none, rdfs or owl2-rl"),
                        optional("description", &Input::description, "for people"),
                        optional("note", &Input::note, "on this version"),
                        optional("tags", &Input::tags, "such as restricted")};
    }
  };
  using Output = graphs::TextVersion;
  static constexpr Description description = words.create;
  Output run(Call const& call, Input const& input) {
    return texts.create(call, {input.department, input.name, {}}, input.description, input.tags,
                        {input.text, input.regime, input.note});
  }
};

template <Words const& words>
struct ListTexts {
  Texts& texts;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<graphs::TextAsset>;
  static constexpr Description description = words.list;
  Output run(Call const& call, Input const& input) { return page_of(texts.list(call, input.department), input); }
};

struct ByText {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByText::department, "that owns it"),
                      required("name", &ByText::name, "its name")};
  }
};

template <Words const& words>
struct GetText {
  Texts& texts;

  using Input = ByText;
  using Output = graphs::TextAsset;
  static constexpr Description description = words.get;
  Output run(Call const& call, Input const& input) { return texts.get(call, {input.department, input.name, {}}); }
};

template <Words const& words>
struct SaveText {
  Texts& texts;

  struct Input {
    std::string department, name, text, regime, note;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("text", &Input::text, "rules in the rule language, or shapes in Turtle"),
                        optional("regime", &Input::regime, "of rules: none, rdfs or owl2-rl"),
                        optional("note", &Input::note, "what changed")};
    }
  };
  using Output = graphs::TextVersion;
  static constexpr Description description = words.save;
  Output run(Call const& call, Input const& input) {
    return texts.save(call, {input.department, input.name, {}}, {input.text, input.regime, input.note});
  }
};

template <Words const& words>
struct ListTextVersions {
  Texts& texts;

  using Input = PagingOfAsset;
  using Output = Page<graphs::TextVersion>;
  static constexpr Description description = words.versions;
  Output run(Call const& call, Input const& input) {
    return page_of(texts.versions(call, {input.department, input.name, {}}), input);
  }
};

template <Words const& words>
struct GetTextVersion {
  Texts& texts;

  struct Input {
    std::string department, name, version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("version", &Input::version, "its number, or latest")};
    }
  };
  using Output = graphs::TextVersion;
  static constexpr Description description = words.version;
  Output run(Call const& call, Input const& input) {
    access::Address address{input.department, input.name, {}};
    if (input.version != "latest") address.version = input.version;
    return texts.version(call, address);
  }
};

template <Words const& words>
struct RemoveText {
  Texts& texts;

  using Input = ByText;
  using Output = void;
  static constexpr Description description = words.remove;
  void run(Call const& call, Input const& input) { texts.remove(call, {input.department, input.name, {}}); }
};

template <Words const& words>
void add(Table& table, Texts& texts) {
  table.add(CreateText<words>{texts});
  table.add(ListTexts<words>{texts});
  table.add(GetText<words>{texts});
  table.add(SaveText<words>{texts});
  table.add(ListTextVersions<words>{texts});
  table.add(GetTextVersion<words>{texts});
  table.add(RemoveText<words>{texts});
}

}  // namespace

void add_rules(Table& table, Texts& texts) {
  add<rules>(table, texts);
}

void add_shapes(Table& table, Texts& texts) {
  add<shapes>(table, texts);
}

}  // namespace lepton::native
