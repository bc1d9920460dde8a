#include "engine/cep/predicate_index.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include "engine/base/hash.hpp"
#include "engine/language/expression_node.hpp"

namespace beckon::cep {
namespace {

constexpr std::uint64_t mix(std::uint64_t kind, std::uint64_t bits) noexcept {
  std::uint64_t h = bits * 0x9E3779B97F4A7C15U + kind;
  h ^= h >> 32;
  return h * 0xD6E8FEB86659FD93U;
}

std::uint64_t number_hash(double d) noexcept {
  return mix(1, std::bit_cast<std::uint64_t>(d == 0.0 ? 0.0 : d));
}

bool is_equal(const value& a, const value& b) noexcept {
  return language::compare(a, language::operation::equal, b) == language::truth::yes;
}

value_class class_of_bounds(const language::atom& a) noexcept {
  return class_of(a.low ? a.low->at : a.high->at);
}

hash128 structure_of(const language::expression* where) {
  hash_builder all;
  if (where == nullptr) return all.finish();
  for (const language::conjunct& c : where->conjuncts()) all.hash(c.structure);
  return all.finish();
}

}  // namespace

std::optional<std::uint64_t> equality_hash(const value& v) noexcept {
  switch (v.type()) {
    case value_type::null:
    case value_type::list:
      return std::nullopt;
    case value_type::boolean:
      return mix(2, *v.as_boolean() ? 1 : 0);
    case value_type::integer:
      return number_hash(static_cast<double>(*v.as_integer()));
    case value_type::real:
      return number_hash(*v.as_real());
    case value_type::text:
      return hash_bytes(*v.as_text()).low;
    case value_type::span:
      return mix(3, static_cast<std::uint64_t>(v.as_span()->count()));
    case value_type::time:
      return number_hash(static_cast<double>(to_ms(*v.as_time())));
  }
  return std::nullopt;
}

void index_scratch::begin(std::size_t conditions) {
  if (answers_.size() < conditions) answers_.resize(conditions);
  ++turn_;
}

// Of a few a sort is quickest; many are marked where they belong, and read off.
void index_scratch::put_in_order(std::vector<hit>& hits, std::size_t from, std::size_t entries) {
  constexpr std::size_t few = 64;
  const auto first = hits.begin() + static_cast<std::ptrdiff_t>(from);
  const auto earlier = [](const hit& a, const hit& b) { return a.entry < b.entry; };
  if (std::is_sorted(first, hits.end(), earlier)) return;
  if (hits.size() - from <= few) return std::sort(first, hits.end(), earlier);
  const std::size_t words = entries / 64 + 1;
  if (found_.size() < words) {
    found_.resize(words);
    sure_.resize(words);
  }
  for (auto at = first; at != hits.end(); ++at) {
    found_[at->entry / 64] |= std::uint64_t{1} << at->entry % 64;
    sure_[at->entry / 64] |= std::uint64_t{at->sure ? 1U : 0U} << at->entry % 64;
  }
  auto out = first;
  for (std::size_t word = 0; word < words; ++word) {
    for (std::uint64_t left = found_[word]; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(left));
      *out++ = {static_cast<entry_id>(word * 64 + bit), (sure_[word] >> bit & 1) != 0};
    }
    found_[word] = sure_[word] = 0;
  }
}

void predicate_index::add(entry_id entry, const language::expression* where) {
  const auto [at, fresh] = by_structure_.emplace(structure_of(where), predicates_.size());
  if (fresh) predicates_.push_back({where, {}, {}, {}, true});
  auto& entries = predicates_[at->second].entries;
  if (entries.empty() || entries.back() != entry) entries.push_back(entry);
  entries_ = std::max<std::size_t>(entries_, entry + 1U);
}

void predicate_index::number_conditions(predicate& p) {
  if (p.where == nullptr) return;
  for (const language::conjunct& c : p.where->conjuncts()) {
    if (!c.of_event_alone) {
      p.sure = false;
      continue;
    }
    const auto [at, fresh] = numbered_.emplace(c.structure, conditions_.size());
    if (fresh) conditions_.push_back(&c);
    p.conditions.push_back(at->second);
  }
}

// First how many constants each attribute has: the one with the most tells predicates apart best.
void predicate_index::finish() {
  std::map<attribute_id, std::set<std::uint64_t>> seen;
  fans thresholds;
  for (predicate& p : predicates_) {
    number_conditions(p);
    for (const std::uint32_t c : p.conditions) {
      const auto& a = conditions_[c]->indexed;
      if (!a) continue;
      for (const value& v : a->one_of) seen[a->attribute].insert(*equality_hash(v));
      if (a->one_of.empty()) thresholds[{a->attribute, class_of_bounds(*a)}].add(*a, 0);
    }
  }
  for (auto& [of, table] : thresholds) table.finish();
  std::map<attribute_id, std::size_t> constants;
  for (const auto& [attribute, hashes] : seen) constants[attribute] = hashes.size();
  for (predicate_id id = 0; id < predicates_.size(); ++id) reach(id, constants, thresholds);
  for (ranges& r : ranges_) r.table.finish();
  by_structure_ = {};
  numbered_ = {};
}

// An equality finds one of its constants, a threshold about half of them: a few constants are no
// better than many thresholds.
void predicate_index::reach(predicate_id id, const std::map<attribute_id, std::size_t>& constants,
                            const fans& thresholds) {
  constexpr std::size_t most_of_range = 8;
  std::size_t best = 0;
  predicate& p = predicates_[id];
  for (const std::uint32_t c : p.conditions) {
    const auto& a = conditions_[c]->indexed;
    if (!a) continue;
    const std::size_t worth =
        a->one_of.empty() ? std::min(thresholds.at({a->attribute, class_of_bounds(*a)}).constants(),
                                     most_of_range)
                          : 2 * constants.at(a->attribute);
    if (worth <= best) continue;
    best = worth;
    p.reached_by = c;
  }
  if (!p.reached_by) return always_.push_back(id);
  std::erase(p.conditions, *p.reached_by);
  reach_by(id, *conditions_[*p.reached_by]->indexed);
}

void predicate_index::reach_by(predicate_id id, const language::atom& a) {
  for (const value& constant : a.one_of) reach_by_constant(id, a.attribute, constant);
  if (!a.one_of.empty()) return;
  const auto same = [&](const ranges& r) {
    return r.attribute == a.attribute && r.kind == class_of_bounds(a);
  };
  auto at = std::find_if(ranges_.begin(), ranges_.end(), same);
  if (at == ranges_.end()) at = ranges_.insert(at, ranges{a.attribute, class_of_bounds(a), {}});
  at->table.add(a, id);
}

void predicate_index::reach_by_constant(predicate_id id, attribute_id attribute,
                                        const value& constant) {
  auto of = std::find_if(equalities_.begin(), equalities_.end(),
                         [&](const equalities& e) { return e.attribute == attribute; });
  if (of == equalities_.end()) of = equalities_.insert(of, equalities{attribute, {}});
  auto& same_hash = of->by_hash[*equality_hash(constant)];
  auto at = std::find_if(same_hash.begin(), same_hash.end(),
                         [&](const equal_to& e) { return is_equal(e.constant, constant); });
  if (at == same_hash.end()) at = same_hash.insert(at, equal_to{constant, {}});
  auto& reached = at->predicates;
  if (reached.empty() || reached.back() != id) reached.push_back(id);  // IN (1, 1.0)
}

bool predicate_index::holds(const predicate& p, bool reached, const language::scope& s,
                            index_scratch& scratch) const {
  const auto ask = [&](std::uint32_t c) {
    return scratch.answer(c, [&] { return conditions_[c]->holds(s); });
  };
  if (!reached && !ask(*p.reached_by)) return false;
  return std::all_of(p.conditions.begin(), p.conditions.end(), ask);
}

/// take(predicate) for each that holds as far as the event decides, until one gives true.
template <class function>
bool predicate_index::visit(const language::scope& s, index_scratch& scratch,
                            const function& take) const {
  scratch.begin(conditions_.size());
  const auto look = [&](predicate_id id, bool reached) {
    const predicate& p = predicates_[id];
    return holds(p, reached, s, scratch) && take(p);
  };
  for (const predicate_id id : always_) {
    if (look(id, true)) return true;
  }
  for (const equalities& of : equalities_) {
    const value* v = s.current->find(of.attribute);
    const auto hash = v == nullptr ? std::nullopt : equality_hash(*v);
    const auto at = hash ? of.by_hash.find(*hash) : of.by_hash.end();
    if (at == of.by_hash.end()) continue;
    for (const equal_to& e : at->second) {
      // A value of another kind than declared (a time for a number) may be equal to 1, but not 1.0.
      const bool declared = class_of(*v) == class_of(e.constant);
      if (declared && !is_equal(*v, e.constant)) continue;
      for (const predicate_id id : e.predicates) {
        if (look(id, declared)) return true;
      }
    }
  }
  for (const ranges& r : ranges_) {
    const value* v = s.current->find(r.attribute);
    if (v != nullptr && r.table.find(*v, look)) return true;
  }
  return false;
}

bool predicate_index::any(const language::scope& s, index_scratch& scratch) const {
  return visit(s, scratch, [](const predicate&) { return true; });
}

void predicate_index::collect(const language::scope& s, index_scratch& scratch,
                              std::vector<hit>& out) const {
  const std::size_t from = out.size();
  visit(s, scratch, [&](const predicate& p) {
    for (const entry_id e : p.entries) out.push_back({e, p.sure});
    return false;
  });
  scratch.put_in_order(out, from, entries_);
}

}  // namespace beckon::cep
