#include "engine/language/canonical.hpp"

#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

std::string quoted_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string written(const attribute_syntax& a) {
  return (a.of_event ? "event." : "") + written_name(a.name.text);
}

std::string written(const std::vector<attribute_syntax>& list) {
  std::string out;
  for (const attribute_syntax& a : list) out += (out.empty() ? "" : ", ") + written(a);
  return out;
}

std::string written(const std::optional<placed_duration>& d) {
  return d ? written_duration(d->length) : "";
}

std::string written(const value& number) {
  syntax literal;
  literal.literal = number;
  return canonical(literal);
}

std::string written(const pattern_syntax& p) {
  std::string out = p.any ? "ANY EVENT" : "";
  for (const placed_name& type : p.types)
    out += (out.empty() ? "" : " OR ") + written_name(type.text);
  return out;
}

std::string where(const pattern_syntax& p) {
  return p.where ? " WHERE " + canonical(*p.where) : "";
}

std::string written(const quantity_syntax& q) {
  std::string out;
  switch (q.kind) {
    case quantity_kind::none:
      return out;
    case quantity_kind::times:
      out = " AT LEAST " + std::to_string(q.count) + " TIMES" + (q.in_a_row ? " IN A ROW" : "");
      break;
    case quantity_kind::different:
      out = " AT LEAST " + std::to_string(q.count) + " DIFFERENT " + written(q.attribute);
      break;
    case quantity_kind::sum:
      out = " SUM " + written(q.attribute) + " " + std::string(symbol_of(q.op)) + " " +
            written(q.threshold);
      break;
  }
  if (q.also) {
    out += " AND " + q.also->function + " " + written(q.also->attribute) + " " +
           std::string(symbol_of(q.also->op)) + " " + written(q.also->number);
  }
  return out;
}

std::string until(const clause_syntax& c) {
  return " UNTIL " + canonical(*c.until) + " AT MOST " + written(c.length);
}

std::string written(const fire_syntax& f) {
  switch (f.kind) {
    case fire_kind::once:
      return "FIRE ONCE";
    case fire_kind::once_per_duration:
      return "FIRE ONCE PER " + written(f.per);
    case fire_kind::once_per_attributes:
      return "FIRE ONCE PER " + written(f.attributes) + (f.per ? " WITHIN " + written(f.per) : "");
    default:
      return "FIRE EVERY TIME";
  }
}

std::string written(const std::vector<return_syntax>& items) {
  std::string out;
  for (const return_syntax& item : items) {
    out += (out.empty() ? "" : ", ") + canonical(item.content);
    if (item.name.given()) out += " AS " + written_name(item.name.text);
  }
  return out;
}

std::string written(const active_syntax& a) {
  return "ACTIVE FROM " + quoted_text(a.from) + (a.to ? " TO " + quoted_text(*a.to) : "");
}

std::string subject(const rule_syntax& r) {
  const bool user = same_word(r.subject.text, "user");
  return "FOR " + (user ? "user" : written_name(r.subject.text)) +
         (r.by ? " BY " + written(*r.by) : "");
}

std::vector<std::string> lines_from_when(const rule_syntax& r) {
  std::vector<std::string> out;
  for (const clause_syntax& c : r.clauses) out.push_back(canonical(c));
  if (r.all_within) out.push_back("ALL WITHIN " + written(r.all_within));
  for (const pattern_syntax& p : r.unless) out.push_back("UNLESS " + canonical(p));
  if (r.condition) out.push_back("IF " + canonical(*r.condition));
  if (r.keep_first) out.emplace_back("KEEP FIRST");
  out.push_back(written(r.fire));
  if (r.to_each.given()) out.push_back("TO EACH " + written_name(r.to_each.text));
  if (!r.returns.empty()) out.push_back("RETURN " + written(r.returns));
  return out;
}

}  // namespace

std::string canonical(const clause_syntax& c) {
  switch (c.kind) {
    case clause_kind::when:
    case clause_kind::then:
      return std::string(c.kind == clause_kind::when ? "WHEN "
                         : c.next                    ? "THEN NEXT "
                                                     : "THEN ") +
             written(c.pattern) + (c.alias.given() ? " AS " + written_name(c.alias.text) : "") +
             written(c.quantity) + where(c.pattern) +
             (c.length ? " WITHIN " + written(c.length) : "");
    case clause_kind::pause:
      return "WAIT" + (c.until ? until(c) : " " + written(c.length));
    default:
      break;
  }
  const std::string head = "BUT NOT " + written(c.pattern) + where(c.pattern);
  if (c.kind == clause_kind::in_between) return head;
  if (c.kind == clause_kind::look_back) return head + " IN THE LAST " + written(c.length);
  return head + (c.until ? until(c) : " FOR " + written(c.length));
}

std::string canonical(const pattern_syntax& p) {
  return written(p) + where(p);
}

std::string canonical_events(const pattern_syntax& p) {
  return written(p);
}

std::string canonical(const quantity_syntax& q) {
  return q.kind == quantity_kind::none ? "" : written(q).substr(1);
}

std::string canonical_head(const rule_syntax& r) {
  std::string out;
  const bool plain_user = same_word(r.subject.text, "user") && !r.by;
  if (r.subject.given() && !plain_user) out += subject(r) + "\n";
  if (!r.same.empty()) out += "SAME " + written(r.same) + "\n";
  if (r.active) out += written(*r.active) + "\n";
  return out;
}

std::string canonical(const rule_syntax& r) {
  std::string out = "RULE " + written_name(r.name.text) + "\n" + canonical_head(r);
  for (const std::string& line : lines_from_when(r)) out += line + "\n";
  return out;
}

std::vector<std::string> clause_lines(const rule_syntax& r) {
  std::vector<std::string> out{"RULE " + written_name(r.name.text)};
  if (r.subject.given()) out.push_back(subject(r));
  if (!r.same.empty()) out.push_back("SAME " + written(r.same));
  if (r.active) out.push_back(written(*r.active));
  for (std::string& line : lines_from_when(r)) out.push_back(std::move(line));
  return out;
}

}  // namespace beckon::language
