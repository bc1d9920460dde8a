#include "topology/validate/sources.hpp"

#include <algorithm>
#include <string_view>

namespace beckon::topology {
namespace {

/// Takes the next dot-separated token off `subject`.
std::string_view next_token(std::string_view& subject) {
  const auto dot = subject.find('.');
  const std::string_view token = subject.substr(0, dot);
  subject.remove_prefix(dot == std::string_view::npos ? subject.size() : dot + 1);
  return token;
}

/// Some subject matches both patterns (`*` is one token, a last `>` one or more).
bool overlap(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = next_token(a);
    const std::string_view right = next_token(b);
    if (left == ">" || right == ">") return true;
    if (left != right && left != "*" && right != "*") return false;
  }
  return a.empty() && b.empty();
}

/// Item `i` of the list `key` in `node`, or `node`.
const settings& item_of(const settings* list, std::size_t i, const settings& node) {
  return list != nullptr && i < list->items.size() ? list->items[i] : node;
}

void validate_key(const http_key& key, const deployment& d, const settings& place, problems& out) {
  if (key.source.empty()) return;
  std::vector<std::string> http_sources;
  for (const source_settings& s : d.sources) {
    if (s.kind == source_kind::http) http_sources.push_back(s.id);
  }
  if (std::find(http_sources.begin(), http_sources.end(), key.source) != http_sources.end()) return;
  const std::string near = nearest(key.source, http_sources);
  out.push_back(place.at("there is no http source '" + key.source + "'",
                         near.empty() ? "declare it under 'sources' with 'kind: http'"
                                      : "did you mean '" + near + "'?"));
}

void validate_subject(std::size_t i, const deployment& d, const settings& place, problems& out) {
  const source_settings& source = d.sources[i];
  if (source.kind != source_kind::nats || source.subject.empty()) return;
  if (overlap(source.subject, d.prefix + ".>")) {
    out.push_back(
        place.at("source '" + source.id + "' captures Beckon's own subjects (" + d.prefix + ".>)",
                 "capture the subjects your systems publish on, or change 'prefix'"));
  }
  for (std::size_t before = 0; before < i; ++before) {
    const source_settings& other = d.sources[before];
    if (other.kind != source_kind::nats || !overlap(source.subject, other.subject)) continue;
    out.push_back(place.at("sources '" + other.id + "' and '" + source.id +
                               "' capture the same subjects (" + other.subject + " and " +
                               source.subject + ")",
                           "a subject can be captured once; make one of them narrower"));
  }
}

}  // namespace

void validate_sources(const deployment& d, const settings& root, problems& out) {
  const settings* http = root.find("http");
  const settings* keys = http == nullptr ? nullptr : http->find("keys");
  for (std::size_t i = 0; i < d.http.keys.size(); ++i) {
    validate_key(d.http.keys[i], d, item_of(keys, i, root), out);
  }
  const settings* sources = root.find("sources");
  for (std::size_t i = 0; i < d.sources.size(); ++i) {
    validate_subject(i, d, item_of(sources, i, root), out);
  }
}

}  // namespace beckon::topology
