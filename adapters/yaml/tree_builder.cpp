#include "adapters/yaml/tree_builder.hpp"

#include <utility>

#include "adapters/yaml/yaml.hpp"

namespace beckon::adapters {

void tree_builder::report(int line, int column, std::string message, std::string hint) {
  out_.push_back(source_.at(line, column, std::move(message), std::move(hint)));
  if (++reported_ >= yaml_most_problems) throw reading_stopped{};
}

settings tree_builder::make(settings::shape what, const YAML::Mark& mark) {
  settings node;
  node.what = what;
  node.file = source_.file();
  node.line = mark.line + 1;
  node.column = mark.column + 1;
  if (++nodes_ > yaml_most_nodes) {
    report(node.line, node.column,
           "the file holds more than " + std::to_string(yaml_most_nodes) + " values",
           "put large lists into a table file");
    throw reading_stopped{};
  }
  return node;
}

void tree_builder::check_tag(const YAML::Mark& mark, const std::string& tag) {
  const bool specific = !tag.empty() && tag != "?" && tag != "!";
  if (specific || source_.character(mark.line + 1, mark.column + 1) == '!') {
    report(mark.line + 1, mark.column + 1, "tags are not allowed",
           "remove it, or quote a text that begins with '!'");
  }
}

void tree_builder::OnDocumentStart(const YAML::Mark&) {
  open_.clear();
  root_ = settings{};
  root_.file = source_.file();
}

void tree_builder::OnAnchor(const YAML::Mark& mark, const std::string& name) {
  report(mark.line + 1, mark.column + 1, "the anchor '&" + name + "' is not allowed",
         "remove it, or quote a text that begins with '&'");
}

void tree_builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  report(mark.line + 1, mark.column + 1, "aliases are not allowed",
         "write the value out, or quote a text that begins with '*'");
  place(make(settings::shape::null, mark));
}

void tree_builder::OnNull(const YAML::Mark& mark, YAML::anchor_t) {
  settings node = make(settings::shape::null, mark);
  const bool member = !open_.empty() && open_.back().node.what == settings::shape::map && !at_key();
  if (member && node.line > open_.back().member.line) {
    // The library puts an empty value at the next token: a person looks for it at its key.
    node.line = open_.back().member.line;
    node.column = open_.back().member.column;
  }
  place(std::move(node));
}

void tree_builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                            const std::string& text) {
  check_tag(mark, tag);
  settings node = make(settings::shape::scalar, mark);
  node.scalar = text;
  node.quoted = tag == "!";
  if (node.quoted && !source_.closes_quote(node.line, node.column)) {
    report(node.line, node.column, "the quote that opens here is never closed", "close it");
    throw reading_stopped{};
  }
  place(std::move(node));
}

void tree_builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                                   YAML::EmitterStyle::value) {
  open(settings::shape::list, mark, tag);
}

void tree_builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                              YAML::EmitterStyle::value) {
  open(settings::shape::map, mark, tag);
}

void tree_builder::open(settings::shape what, const YAML::Mark& mark, const std::string& tag) {
  check_tag(mark, tag);
  if (open_.size() >= static_cast<std::size_t>(yaml_most_depth)) {
    report(mark.line + 1, mark.column + 1,
           "maps and lists are nested more than " + std::to_string(yaml_most_depth) + " deep",
           "flatten the file");
    throw reading_stopped{};
  }
  open_node opened;
  opened.node = make(what, mark);
  opened.key_next = what == settings::shape::map;
  open_.push_back(std::move(opened));
}

void tree_builder::close() {
  settings node = std::move(open_.back().node);
  open_.pop_back();
  place(std::move(node));
}

void tree_builder::place(settings node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  open_node& parent = open_.back();
  if (parent.node.what == settings::shape::list) {
    parent.node.items.push_back(std::move(node));
  } else if (parent.key_next) {
    place_key(std::move(node));
  } else {
    parent.key_next = true;
    if (parent.dropped) return;
    parent.member.content = std::move(node);
    parent.node.members.push_back(std::move(parent.member));
  }
}

void tree_builder::place_key(settings node) {
  const bool accepted = accept_key(node);
  open_node& parent = open_.back();
  parent.key_next = false;
  parent.dropped = !accepted;
  parent.member = settings::member{std::move(node.scalar), node.line, node.column, {}};
}

bool tree_builder::accept_key(const settings& key) {
  if (key.what != settings::shape::scalar) {
    report(key.line, key.column, "a key must be a text",
           "write 'key: value', and quote a key such as null");
    return false;
  }
  if (!source_.has_colon(key.line, key.column, key.scalar.size())) {
    report(key.line, key.column, "the key '" + key.scalar + "' lacks a colon on its line",
           "write 'key: value'");
    return false;
  }
  if (key.scalar == "<<" && !key.quoted) {
    report(key.line, key.column, "merge keys are not allowed", "write the members out");
    return false;
  }
  const auto [first, added] = open_.back().lines.emplace(key.scalar, key.line);
  if (!added) {
    report(key.line, key.column, "the key '" + key.scalar + "' stands here a second time",
           "it stands in line " + std::to_string(first->second) + " already; remove one");
  }
  return added;
}

}  // namespace beckon::adapters
