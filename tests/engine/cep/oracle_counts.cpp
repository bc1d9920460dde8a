// What the oracle has counted: always from the whole log.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {
namespace {

bool is_less(const value& a, const value& b) {
  if (a.as_integer() && b.as_integer()) return *a.as_integer() < *b.as_integer();
  if (a.as_number() && b.as_number()) return *a.as_number() < *b.as_number();
  if (a.as_text() && b.as_text()) return *a.as_text() < *b.as_text();
  if (a.as_time() && b.as_time()) return *a.as_time() < *b.as_time();
  if (a.as_boolean() && b.as_boolean()) return !*a.as_boolean() && *b.as_boolean();
  return false;
}

bool holds(language::operation op, bool less, bool greater) {
  switch (op) {
    case language::operation::equal:
      return !less && !greater;
    case language::operation::not_equal:
      return less || greater;
    case language::operation::less:
      return less;
    case language::operation::at_most:
      return !greater;
    case language::operation::greater:
      return greater;
    default:
      return !less;
  }
}

std::string bytes_of(const value& v) {
  std::string bytes;
  append_canonical(bytes, v);
  return bytes;
}

value sum_or_average(language::taken what, const std::vector<value>& values, bool whole) {
  millionths sum = 0;
  std::int64_t n = 0;
  for (const value& v : values) {
    if (const auto a = amount_of(v)) sum += *a, ++n;
  }
  constexpr millionths one = 1000000;
  if (n == 0) return {};
  if (what == language::taken::avg)
    return static_cast<double>(static_cast<long double>(sum) / (1e6L * static_cast<double>(n)));
  if (!whole) return static_cast<double>(static_cast<long double>(sum) / 1e6L);
  if (sum / one > std::numeric_limits<std::int64_t>::max() ||
      sum / one < std::numeric_limits<std::int64_t>::min())
    return {};
  return static_cast<std::int64_t>(sum / one);
}

}  // namespace

std::optional<millionths> amount_of(const value& v) {
  constexpr std::int64_t too_large = 1'000'000'000'000'000'000;
  if (const std::int64_t* i = v.as_integer()) {
    if (*i >= too_large || *i <= -too_large) return std::nullopt;
    return millionths{*i} * 1000000;
  }
  const double* d = v.as_real();
  if (d == nullptr || !(std::fabs(*d) < static_cast<double>(too_large))) return std::nullopt;
  return static_cast<millionths>(roundl(static_cast<long double>(*d) * 1e6L));
}

value aggregate(language::taken what, const std::vector<value>& values, bool whole) {
  switch (what) {
    case language::taken::first:
      return values.front();
    case language::taken::last:
    case language::taken::attribute:
      return values.back();
    case language::taken::count:
      return static_cast<std::int64_t>(values.size());
    case language::taken::sum:
    case language::taken::avg:
      return sum_or_average(what, values, whole);
    default:
      break;
  }
  std::set<std::string> distinct;
  value best;
  for (const value& v : values) {
    if (v.is_null()) continue;
    distinct.insert(bytes_of(v));
    const bool better = what == language::taken::min ? is_less(v, best) : is_less(best, v);
    if (best.is_null() || better) best = v;
  }
  if (what == language::taken::distinct) return static_cast<std::int64_t>(distinct.size());
  return best;
}

// The first step's entries that are neither consumed nor cleared nor over, however old.
oracle::entries oracle::window(const history& h) const {
  entries found;
  if (!keeps(0) || drains_) return found;
  for (const entry& x : h.log) {
    if (x.order <= h.window_after) continue;
    if (counts(0, x, nullptr)) {
      found.push_back(x);
    } else if (step_at(0)->in_a_row && is_ordinary(*x.what)) {
      found.clear();
    }
  }
  return found;
}

oracle::entries oracle::window(const history& h, timestamp now) const {
  entries found = window(h);
  const duration length = window_length();
  std::erase_if(found,
                [&](const entry& x) { return length != duration::max() && x.at + length <= now; });
  return found;
}

// What counts for the step at which the chain stands, since it stands there.
oracle::entries oracle::counted(const history& h, const chain& c, bool with_consumed) const {
  const std::size_t at = c.done;
  entries found;
  for (const entry& x : h.log) {
    if (x.order <= c.order) continue;
    const bool taken = std::any_of(h.consumed.begin(), h.consumed.end(), [&](const consumption& q) {
      return at <= q.step && (x.order < q.order || (x.order == q.order && at == q.step));
    });
    if (counts(at, x, &c)) {
      if (with_consumed || !taken) found.push_back(x);
    } else if (step_at(at)->in_a_row && is_ordinary(*x.what)) {
      found.clear();
    }
  }
  return found;
}

// The counted entries of the step if what was found is enough.
std::optional<oracle::entries> oracle::enough(std::size_t at, entries found) const {
  const language::step& s = *step_at(at);
  if (s.how == language::quantity::sum) {
    millionths sum = 0;
    for (const entry& x : found) sum += *amount_of(read_attribute(events_, *x.what, s.summed));
    const millionths threshold = *amount_of(s.threshold);
    if (!holds(s.sum_op, sum<threshold, sum> threshold)) return std::nullopt;
  } else {
    if (s.how == language::quantity::different) {
      entries latest;
      std::set<std::string> seen;
      for (auto x = found.rbegin(); x != found.rend(); ++x) {
        if (seen.insert(bytes_of(read_attribute(events_, *x->what, s.different))).second)
          latest.insert(latest.begin(), *x);
      }
      found = latest;
    }
    if (found.size() < needs(at)) return std::nullopt;
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(needs(at)));
  }
  if (s.also) {
    std::vector<value> values;
    for (const entry& x : found)
      values.push_back(read_attribute(events_, *x.what, s.also->attribute));
    const value v = aggregate(s.also->how, values, false);
    if (v.is_null() || !holds(s.also->op, is_less(v, s.also->number), is_less(s.also->number, v)))
      return std::nullopt;
  }
  return found;
}

// The first counted entry; of a SUM the latest from which it is still reached.
timestamp oracle::start_of(const entries& counted_entries) const {
  const language::step& s = *step_at(0);
  if (s.how != language::quantity::sum) return counted_entries.front().at;
  millionths sum = 0;
  const millionths threshold = *amount_of(s.threshold);
  for (auto x = counted_entries.rbegin(); x != counted_entries.rend(); ++x) {
    sum += *amount_of(read_attribute(events_, *x->what, s.summed));
    if (holds(s.sum_op, sum<threshold, sum> threshold)) return x->at;
  }
  return counted_entries.front().at;
}

// The latest event this look-back remembers, the one being judged not yet among them.
const oracle::entry* oracle::noted(const history& h, std::size_t look_back) const {
  if (drains_ && looks_[look_back].step == 0) return nullptr;
  const int after = h.forgotten.empty() ? 0 : h.forgotten[look_back];
  const entry* latest = nullptr;
  for (const entry& x : h.log) {
    if (x.order > after && matches(looks_[look_back].what->pattern, x, nullptr)) latest = &x;
  }
  return latest;
}

bool oracle::is_stopped(const history& h, std::size_t at, timestamp now) const {
  for (std::size_t i = 0; i < looks_.size(); ++i) {
    if (looks_[i].step != at) continue;
    for (const history* in : {&h, &everywhere_}) {
      const int after = in->forgotten.empty() ? 0 : in->forgotten[i];
      for (const entry& x : in->log) {
        if (after < x.order && x.order < order_ && x.at > now - looks_[i].what->length &&
            matches(looks_[i].what->pattern, x, nullptr))
          return true;
      }
    }
  }
  return false;
}

value oracle::content_of(const language::capture& want, const entries& counted_entries) const {
  std::vector<value> values;
  bool whole = true;
  for (const entry& x : counted_entries) {
    values.push_back(read_attribute(events_, *x.what, want.attribute));
    whole = whole && values.back().as_real() == nullptr;
  }
  return aggregate(want.what, values, whole);
}

// Fills the slots of step `at`; false: an UNTIL names no time.
bool oracle::take(chain& c, std::size_t at, const entries& counted_entries,
                  const entry& last) const {
  c.slots.resize(rule_.captures.size());
  for (std::size_t i = 0; i < c.slots.size(); ++i) {
    const language::capture& want = rule_.captures[i];
    if (want.clause == at && want.what != language::taken::until)
      c.slots[i] = content_of(want, counted_entries);
  }
  language::scope s;
  s.profile = last.profile.get();
  s.now = last.at;
  const std::vector<value> taken = c.slots;
  s.captured = taken;
  for (std::size_t i = 0; i < c.slots.size(); ++i) {
    const language::capture& want = rule_.captures[i];
    if (want.clause != at || want.what != language::taken::until) continue;
    value v = want.content->evaluate(s);
    if (v.as_integer() != nullptr) v = from_ms(*v.as_integer());
    if (v.as_time() == nullptr) return false;
    c.slots[i] = v;
  }
  return true;
}

}  // namespace beckon::cep
