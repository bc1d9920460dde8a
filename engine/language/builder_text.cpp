// LIKE, MATCHES, CASE and calls.
#include <re2/re2.h>

#include "engine/language/builder.hpp"
#include "engine/language/functions.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t longest_pattern = 1000;
constexpr std::int64_t pattern_memory = 1 << 19;  ///< bytes RE2 may use for one pattern

bool is_text(const expression_node& n) {
  return n.type == value_type::text || n.type == value_type::null;
}

}  // namespace

node expression_builder::text_predicate(const syntax& e, std::vector<node> built) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (is_text(*built[i])) continue;
    out_.error(e.parts[i].at, "LIKE compares text, not " + std::string(to_string(built[i]->type)),
               {}, topic::types);
    return nullptr;
  }
  return make_like(std::move(built[0]), std::move(built[1]), e.negated);
}

node expression_builder::matches(const syntax& e, std::vector<node> built) {
  if (!is_text(*built[0])) {
    out_.error(e.parts[0].at,
               "MATCHES searches text, not " + std::string(to_string(built[0]->type)), {},
               topic::types);
    return nullptr;
  }
  const value* content = built[1]->constant();
  const std::string* pattern = content == nullptr ? nullptr : content->as_text();
  if (pattern == nullptr) {
    out_.error(e.parts[1].at, "MATCHES needs its pattern as a text in single quotes",
               "x MATCHES 'a|b'", topic::expression);
    return nullptr;
  }
  if (pattern->size() > longest_pattern) {
    out_.error(e.parts[1].at,
               "this pattern is longer than " + std::to_string(longest_pattern) + " bytes", {},
               topic::expression);
    return nullptr;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_memory);
  auto compiled = std::make_unique<const re2::RE2>(*pattern, options);
  if (!compiled->ok()) {
    out_.error(e.parts[1].at, "this pattern is not accepted: " + compiled->error(),
               "patterns are RE2's: no back-references, no look-around, bounded repetition",
               topic::expression);
    return nullptr;
  }
  return make_matches(std::move(built[0]), std::move(compiled), e.negated);
}

node expression_builder::case_node(const syntax& e, std::vector<node> built) {
  const bool simple = e.kind == syntax_kind::simple_case;
  node operand = simple ? std::move(built[0]) : nullptr;
  std::vector<std::pair<node, node>> branches;
  value_type common = value_type::null;
  bool guess = false, first = true;
  const auto content = [&](std::size_t i) {
    const expression_node& n = *built[i];
    const bool is_null = n.constant() != nullptr && n.constant()->is_null();
    if (is_null) return true;
    if (!comparable(common, n.type)) {
      out_.error(e.parts[i].at,
                 "the branches of this CASE are of different kinds: " +
                     std::string(to_string(common)) + " and " + std::string(to_string(n.type)),
                 {}, topic::types);
      return false;
    }
    common = first ? n.type : common_type(common, n.type);
    first = false;
    guess = guess || common == value_type::null;
    return true;
  };
  const std::size_t end = built.size() - (e.has_else ? 1 : 0);
  for (std::size_t i = simple ? 1 : 0; i + 1 < end; i += 2) {
    const bool fits = simple ? must_compare(*operand, *built[i], e.parts[i].at)
                             : must_be_condition(*built[i], e.parts[i], "WHEN");
    if (!fits || !content(i + 1)) return nullptr;
    branches.emplace_back(std::move(built[i]), std::move(built[i + 1]));
  }
  if (e.has_else && !content(end)) return nullptr;
  node otherwise = e.has_else ? std::move(built.back()) : nullptr;
  return make_case(std::move(operand), std::move(branches), std::move(otherwise),
                   guess ? value_type::null : common);
}

node expression_builder::call(const syntax& e) {
  if (is_aggregate(e.text)) return names_(e);
  std::vector<node> arguments;
  return parts(e, arguments) ? make_call(e, std::move(arguments), out_) : nullptr;
}

}  // namespace beckon::language
