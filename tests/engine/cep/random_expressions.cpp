// Random conditions: comparisons, NULLs, functions, aliases, aggregates.
#include "tests/engine/cep/random_worlds.hpp"

namespace beckon::cep::testing {
namespace {

std::string some_alias(dice& d, int aliases) {
  return "s" + std::to_string(d.below(aliases));
}

std::string plain_condition(dice& d, bool of_item) {
  if (!of_item && d.chance(12)) {
    return d.any_of({"user.level >= 1", "user.muted IS NOT TRUE", "coalesce(user.level, 0) < v",
                     "user.level IS NULL"});
  }
  if (d.chance(55)) return d.any_of({"v >= 1", "v = 1", "v < 2", "s = 'p'", "v != 0", "m > 0.25"});
  return d.any_of({"v IS NULL",
                   "v IS NOT NULL",
                   "v IN (0, 2)",
                   "v IN (1, NULL)",
                   "v NOT IN (1)",
                   "NOT v = 1",
                   "v = 1 OR s = 'q'",
                   "v >= 1 AND m < 1",
                   "v BETWEEN 1 AND 2",
                   "coalesce(v, 1) = 1",
                   "coalesce(m, 0.7) * 2 > 1",
                   "abs(v - 1) = 1",
                   "round(m) = 1",
                   "floor(m) = 0 OR ceil(m) > 1",
                   "least(v, 1) = 1",
                   "greatest(v, x) > 4",
                   "upper(s) = 'P'",
                   "lower(s) LIKE 'p%'",
                   "s MATCHES '^q'",
                   "length(s) = 1",
                   "contains(l, v)",
                   "starts_with(s, 'p')",
                   "ends_with(s, 'q')",
                   "v IN (l)",
                   "x % 2 = 0",
                   "x / v > 3",
                   "CASE WHEN v = 1 THEN TRUE WHEN v = 0 THEN NULL ELSE s = 'p' END",
                   "event.type != 'b'",
                   "event.type = 'a' OR event.type = 'bg'",
                   "event.source = 'test'",
                   "event.time < TIME '1970-01-01 00:00:09'",
                   "event.time - t < 2 s",
                   "t > event.time",
                   "now > event.time",
                   "hour_of_day(event.time) = 0",
                   "day_of_week(event.time) = 4",
                   "day_of_month(t) = 1 AND month_of(t) = 1",
                   "date_of(event.time) = '1970-01-01'",
                   "days_since(t) = 0",
                   "hash_bucket(s, 2, 'z') = 0",
                   "item.price > 1",
                   "item.price IS NULL OR v = 2"});
}

}  // namespace

std::string random_where(dice& d, int aliases, bool of_item) {
  if (aliases == 0 || d.chance(50)) return plain_condition(d, of_item);
  const std::string s = some_alias(d, aliases);
  switch (d.below(12)) {
    case 0:
      return "v > " + s + ".v";
    case 1:
      return "v != " + s + ".v OR v = 0";
    case 2:
      return "v >= count(" + s + ")";
    case 3:
      return "m < sum(" + s + ".m)";
    case 4:
      return "v <= max(" + s + ".v) AND v IS NOT NULL";
    case 5:
      return "event.time >= " + s + ".t";
    case 6:
      return "x > 2 + " + s + ".x";
    case 7:
      return "v = 1 OR " + s + ".v IS NULL";
    default:
      return "v = " + s + ".v";
  }
}

std::string random_if(dice& d, int aliases, bool of_item) {
  const std::string s = some_alias(d, aliases);
  if (!of_item && d.chance(25)) {
    return d.any_of({"user.muted IS NOT TRUE", "coalesce(user.level, 0) < 1", "user.level > v",
                     "NOT (user.muted = TRUE AND user.level = 1)"});
  }
  switch (d.below(14)) {
    case 0:
      return s + ".v >= 1";
    case 1:
      return s + ".v = v";
    case 2:
      return "count(" + s + ") >= 2";
    case 3:
      return "sum(" + s + ".m) > 0.3";
    case 4:
      return "avg(" + s + ".v) >= 1 OR " + s + ".v IS NULL";
    case 5:
      return "distinct(" + s + ".v) < 2";
    case 6:
      return "first(" + s + ".v) IS NULL OR last(" + s + ".v) >= first(" + s + ".v)";
    case 7:
      return "now - event.time < 4 s";
    case 8:
      return "min(" + s + ".m) < max(" + s + ".m) OR item.price > 0";
    case 9:
      return "now >= TIME '1970-01-01 00:00:06'";
    case 10:
      return "event.type IN ('a', 'b', 'c')";
    case 11:
      return "CASE WHEN v = 1 THEN " + s + ".x ELSE 3 END > 2";
    default:
      return "v = 1";
  }
}

std::string random_until(dice& d, int aliases) {
  const std::string s = some_alias(d, d.chance(80) ? aliases : 1);
  const std::string n = std::to_string(1 + d.below(5));
  switch (d.below(9)) {
    case 0:
      return "t";
    case 1:
      return "event.time + " + n + " s";
    case 2:
      return "coalesce(" + s + ".t, now + " + n + " s)";
    case 3:
      return "max(" + s + ".t)";
    case 4:
      return "x * 1000";
    case 5:
      return "coalesce(t, TIME '1970-01-01 00:00:08')";
    case 6:
      return "CASE WHEN v = 1 THEN event.time + 1 s WHEN v = 2 THEN t ELSE now END";
    default:
      return s + ".t";
  }
}

std::string random_returns(dice& d, const std::string& alias) {
  std::string text;
  for (int i = 0; i < 2; ++i) {
    std::string of = alias;
    const std::string how =
        d.any_of({"count", "first", "last", "sum", "avg", "min", "max", "distinct"});
    if (how == "sum" || how == "avg") {
      of += d.any_of({".m", ".v"});
    } else if (how != "count") {
      of += d.any_of({".m", ".v", ".x", ".t", ".s"});
    }
    text += ", " + how + "(" + of + ") AS g" + std::to_string(i) + alias;
  }
  return text;
}

}  // namespace beckon::cep::testing
