#include "tests/lint/include_rules.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace beckon::lint {
namespace {

using words = std::vector<std::string_view>;

const words system_headers = {"sys/",    "netinet/", "arpa/",     "linux/",   "unistd.h", "fcntl.h",
                              "sched.h", "signal.h", "pthread.h", "dirent.h", "poll.h"};
const words impure = {"thread",  "mutex",      "shared_mutex", "condition_variable", "future",
                      "fstream", "filesystem", "iostream",     "semaphore",          "ctime"};
// fs::path alone is arithmetic on texts.
const words impure_but_paths = {"thread", "mutex",   "shared_mutex", "condition_variable",
                                "future", "fstream", "iostream",     "semaphore"};
const words station = {"engine/",         "messages/actor/", "messages/port/",
                       "messages/codec/", "actors/runtime/", "actors/supervision/"};
const words outside = {"engine/", "messages/port/", "messages/codec/"};
const words pure_topology = {"engine/",
                             "config/",
                             "adapters/yaml/",
                             "topology/parse/",
                             "topology/validate/",
                             "topology/plan/",
                             "topology/deployment.hpp",
                             "topology/directory.hpp"};
const words everything = {""};

words with(words more, std::initializer_list<std::string_view> added) {
  more.insert(more.end(), added);
  return more;
}

include_rule actor_rule(std::string_view folder,
                        std::initializer_list<std::string_view> children = {}) {
  return {folder, with(station, children), {"caf/"}, {}};
}

include_rule adapter_rule(std::string_view folder,
                          std::initializer_list<std::string_view> library) {
  return {folder, outside, with(system_headers, library), {}};
}

bool begins_with_one_of(std::string_view text, const words& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [text](std::string_view b) { return text.starts_with(b); });
}

/// What a line includes.
struct include {
  std::string_view what;
  bool quoted = false;
};

std::optional<include> read_include(std::string_view line) {
  constexpr std::string_view word = "#include ";
  if (!line.starts_with(word) || line.size() < word.size() + 2) return std::nullopt;
  line.remove_prefix(word.size());
  const bool quoted = line.front() == '"';
  const auto end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return include{line.substr(1, end - 1), quoted};
}

bool is_ours(std::string_view what) {
  static const words tops = {"engine/",   "messages/", "actors/", "adapters/",
                             "topology/", "config/",   "tests/"};
  return begins_with_one_of(what, tops);
}

const include_rule* rule_for(std::string_view path) {
  const include_rule* best = nullptr;
  for (const auto& rule : include_rules()) {
    if (!path.starts_with(rule.folder)) continue;
    if (best == nullptr || rule.folder.size() > best->folder.size()) best = &rule;
  }
  return best;
}

/// Empty: allowed.
std::string refusal(const include_rule& rule, const include& i) {
  const std::string shown = "'" + std::string(i.what) + "'";
  if (i.quoted && i.what.find('/') == std::string_view::npos) {
    return shown + " does not begin at the root of the tree";
  }
  if (is_ours(i.what)) {
    if (i.what.starts_with(rule.folder) || begins_with_one_of(i.what, rule.ours)) return {};
    return std::string(rule.folder) + " may not include " + shown;
  }
  const bool standard = !i.quoted && i.what.find_first_of("/.") == std::string_view::npos;
  if (standard) {
    const bool refused =
        std::find(rule.refused.begin(), rule.refused.end(), i.what) != rule.refused.end();
    return refused ? std::string(rule.folder) + " does without " + shown : std::string();
  }
  if (begins_with_one_of(i.what, rule.libraries)) return {};
  return std::string(rule.folder) + " may not include the library of " + shown;
}

}  // namespace

const std::vector<include_rule>& include_rules() {
  static const std::vector<include_rule> table = {
      {"engine/", {}, {"absl/", "re2/", "xxhash.h", "roaring/"}, impure},
      {"messages/port/", {"engine/"}, {}, {"thread", "fstream", "filesystem", "iostream"}},
      {"messages/codec/", {"engine/"}, {"beckon/v1/", "google/protobuf/", "simdjson.h"}, impure},
      {"messages/actor/", {"engine/", "messages/port/"}, {"caf/"}, {}},

      actor_rule("actors/channel/"),
      actor_rule("actors/committer/"),
      actor_rule("actors/derived/"),
      actor_rule("actors/filter/"),
      actor_rule("actors/items/"),
      actor_rule("actors/loader/"),
      actor_rule("actors/outbox/"),
      actor_rule("actors/partition/", {"actors/session/", "actors/outbox/", "actors/derived/"}),
      actor_rule("actors/predicate/"),
      actor_rule("actors/root/", {"actors/"}),
      actor_rule("actors/rule/"),
      actor_rule("actors/runtime/"),
      actor_rule("actors/session/"),
      actor_rule("actors/source/"),
      actor_rule("actors/supervision/"),
      actor_rule("actors/tracker/"),

      adapter_rule("adapters/allocator/", {"jemalloc/", "malloc.h"}),
      adapter_rule("adapters/cli/", {}),
      adapter_rule("adapters/curl/", {"curl/", "openssl/"}),
      adapter_rule("adapters/files/", {"xxhash.h", "simdjson.h"}),
      adapter_rule("adapters/http/", {"boost/", "zlib.h", "openssl/"}),
      adapter_rule("adapters/log/", {}),
      adapter_rule("adapters/nats/", {"nats/", "nlohmann/", "openssl/"}),
      adapter_rule("adapters/prometheus/", {"prometheus/"}),
      adapter_rule("adapters/rocksdb/", {"rocksdb/", "google/protobuf/", "beckon/v1/"}),
      adapter_rule("adapters/yaml/", {"yaml-cpp/"}),

      {"topology/parse/", pure_topology, {}, impure_but_paths},
      {"topology/validate/", pure_topology, {}, impure_but_paths},
      {"topology/plan/", pure_topology, {}, impure_but_paths},
      {"topology/", everything, everything, {}},
      {"tests/", everything, everything, {}},
  };
  return table;
}

std::vector<finding> forbidden_includes(const std::vector<source_file>& files) {
  std::vector<finding> all;
  for (const auto& file : files) {
    if (!file.path.ends_with(".cpp") && !file.path.ends_with(".hpp")) continue;
    const auto* rule = rule_for(file.path);
    if (rule == nullptr) {
      all.push_back({file.path, 0, "no rule says what may be included here"});
      continue;
    }
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      const auto i = read_include(line);
      if (!i) continue;
      if (auto why = refusal(*rule, *i); !why.empty())
        all.push_back({file.path, number, std::move(why)});
    }
  }
  return all;
}

}  // namespace beckon::lint
