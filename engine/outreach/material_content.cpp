#include "engine/outreach/material_content.hpp"

#include <algorithm>

#include "engine/outreach/json_text.hpp"

namespace beckon::outreach {
namespace {

constexpr int deepest = 4;  ///< maps and lists within one another, the material's own map included

void read_node(const settings& node, int depth, content_node& into, problems& out);

void read_text(const settings& node, content_node& into, problems& out) {
  into.source = node.scalar;
  into.place = node;
  std::vector<template_fault> faults;
  into.text = text_template::parse(node.scalar, faults);
  for (template_fault& f : faults) {
    out.push_back(
        problem_in_text(node, node.scalar, f.offset, std::move(f.message), std::move(f.hint)));
  }
}

void read_members(const settings& node, std::string_view skipped_key, int depth, content_node& into,
                  problems& out) {
  for (const settings::member& m : node.members) {
    if (m.key == skipped_key) continue;
    into.members.emplace_back(m.key, content_node{});
    read_node(m.content, depth, into.members.back().second, out);
  }
}

void read_node(const settings& node, int depth, content_node& into, problems& out) {
  into.what = node.what;
  if (node.what == settings::shape::null) {
    out.push_back(node.at("this field has no text", "write \"\" for an empty text"));
  } else if (node.what == settings::shape::scalar) {
    read_text(node, into, out);
  } else if (depth >= deepest) {
    out.push_back(
        node.at("fields of a material nest at most " + std::to_string(deepest) + " deep"));
  } else if (node.what == settings::shape::map) {
    read_members(node, {}, depth + 1, into, out);
  } else {
    for (const settings& item : node.items)
      read_node(item, depth + 1, into.items.emplace_back(), out);
  }
}

}  // namespace

content_node read_content(const settings& node, std::string_view skipped_key, problems& out) {
  content_node root;
  root.what = settings::shape::map;
  if (node.what != settings::shape::map) {
    out.push_back(node.at("a material must be a map of texts", "write 'title: …' and 'body: …'"));
    return root;
  }
  read_members(node, skipped_key, 1, root, out);
  if (root.members.empty()) {
    out.push_back(node.at("a material needs at least one text", "write 'title: …' or 'body: …'"));
  }
  return root;
}

problem problem_in_text(const settings& place, std::string_view text, std::size_t offset,
                        std::string message, std::string hint) {
  problem found = place.at(std::move(message), std::move(hint));
  if (text.find('\n') == std::string_view::npos) {
    found.column += static_cast<int>(offset) + (place.quoted ? 1 : 0);
    return found;
  }
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  found.message += " (line " + std::to_string(line) + ", column " +
                   std::to_string(offset - start + 1) + " of the text)";
  return found;
}

void add_to_hash(hash_builder& hash, const content_node& node) {
  hash.number(static_cast<std::uint64_t>(node.what));
  hash.number(node.items.size()).number(node.members.size()).text(node.source);
  for (const content_node& item : node.items) add_to_hash(hash, item);
  for (const auto& [key, content] : node.members) add_to_hash(hash.text(key), content);
}

result<void> append_content(std::string& out, const content_node& node,
                            const text_template::lookup& find, std::size_t most_bytes) {
  if (node.what == settings::shape::scalar) {
    std::string text;
    if (auto filled = node.text.append_to(text, find, most_bytes); !filled) return filled;
    append_json(out, text);
    return {};
  }
  const bool is_map = node.what == settings::shape::map;
  const auto separate = [&](bool first) { out += first ? "" : ","; };
  out += is_map ? '{' : '[';
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    separate(i == 0);
    if (auto done = append_content(out, node.items[i], find, most_bytes); !done) return done;
  }
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const auto& [key, content] = node.members[i];
    separate(i == 0);
    append_json(out, key);
    out += ':';
    if (auto done = append_content(out, content, find, most_bytes); !done) return done;
  }
  out += is_map ? '}' : ']';
  if (out.size() <= most_bytes) return {};
  return error{errc::exhausted, "longer than " + std::to_string(most_bytes) + " bytes"};
}

}  // namespace beckon::outreach
