#include "engine/language/automaton.hpp"

#include "engine/access/event_kinds.hpp"
#include "engine/language/canonical.hpp"
#include "engine/language/parser.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

/// The rule's tree: its canonical text parses, by the check it came through.
rule_syntax tree_of(const checked_rule& rule) {
  reporter out(rule.canonical, rule.name);
  return parser(lex(rule.canonical, out), out).file().rule;
}

std::string name_of(attribute_id id, const catalogue& events) {
  const std::string_view own = own_attribute_name(id);
  return own.empty() ? written_name(events.name(id)) : std::string(own);
}

std::string function_of(taken what) {
  switch (what) {
    case taken::first:
      return "first";
    case taken::last:
      return "last";
    case taken::sum:
      return "sum";
    case taken::avg:
      return "avg";
    case taken::min:
      return "min";
    case taken::max:
      return "max";
    default:
      return "distinct";
  }
}

std::string kept(const capture& c, const std::string& alias, const catalogue& events) {
  if (c.what == taken::until) return "the time UNTIL names";
  if (c.what == taken::count) return "count(" + alias + ")";
  const std::string attribute =
      (alias.empty() ? "" : written_name(alias) + ".") + name_of(c.attribute, events);
  return c.what == taken::attribute ? attribute : function_of(c.what) + "(" + attribute + ")";
}

/// Builds the positions in the order of the clauses.
class position_builder {
 public:
  position_builder(const checked_rule& rule, const catalogue& events)
      : rule_(rule), events_(events) {}

  std::vector<automaton_position> build(const rule_syntax& tree) {
    for (const clause_syntax& c : tree.clauses) {
      if (c.kind == clause_kind::look_back) {
        made_[last_step_].guards.push_back("no " + canonical(c.pattern) + " IN THE LAST " +
                                           written_duration(c.length->length));
      } else if (c.kind == clause_kind::in_between) {
        interrupts_.push_back(canonical(c.pattern));
      } else {
        position(c);
      }
    }
    return std::move(made_);
  }

 private:
  void position(const clause_syntax& c) {
    const std::size_t at = made_.size();
    const auto* s = std::get_if<step>(&rule_.clauses[at]);
    automaton_position& p = made_.emplace_back();
    p.waits = s == nullptr;
    p.alias = c.alias.text;
    if (c.kind != clause_kind::pause) p.events = canonical_events(c.pattern);
    if (c.pattern.where) p.where = canonical(*c.pattern.where);
    if (s != nullptr) {
      p.kind = at == 0 ? "WHEN" : s->next ? "THEN NEXT" : "THEN";
      p.quantity = canonical(c.quantity);
      p.bound = bound_of(*s, at);
      p.interrupts = std::exchange(interrupts_, {});
      last_step_ = at;
    } else {
      p.kind = c.kind == clause_kind::pause ? "WAIT" : "BUT NOT";
      p.bound = deadline_of(c, at);
    }
    for (const capture& k : rule_.captures) {
      if (k.clause == at) p.keeps.push_back(kept(k, p.alias, events_));
    }
  }

  std::string bound_of(const step& s, std::size_t at) const {
    if (at > 0) return s.within ? "within " + written_duration(*s.within) + since(at) : "";
    if (s.within) return "in a sliding window of " + written_duration(*s.within);
    return s.how == quantity::one ? "" : "a running total while ACTIVE";
  }

  std::string deadline_of(const clause_syntax& c, std::size_t at) const {
    const std::string length = written_duration(c.length->length);
    if (!c.until) return length + since(at);
    return "until " + canonical(*c.until) + ", at most " + length + since(at);
  }

  std::string since(std::size_t at) const {
    const bool after_wait = std::holds_alternative<wait>(rule_.clauses[at - 1]);
    return std::string(after_wait ? " from the deadline of " : " from the completion of ") +
           std::to_string(at - 1);
  }

  const checked_rule& rule_;
  const catalogue& events_;
  std::vector<automaton_position> made_;
  std::vector<std::string> interrupts_;
  std::size_t last_step_ = 0;
};

/// The canonical line that begins with `head`, without it.
std::string line_of(const std::vector<std::string>& lines, std::string_view head) {
  for (const std::string& line : lines) {
    if (line.starts_with(head)) return line.substr(head.size());
  }
  return {};
}

}  // namespace

automaton automaton_of(const checked_rule& rule, const catalogue& events) {
  const rule_syntax tree = tree_of(rule);
  const std::vector<std::string> lines = clause_lines(tree);
  automaton made;
  made.name = rule.name;
  made.title = rule.title;
  made.version = rule.version;
  made.subject = rule.subject_kind + (rule.subject_by.empty() ? "" : " BY " + rule.subject_by);
  for (const attribute_id id : rule.same) made.same.push_back(name_of(id, events));
  made.active = line_of(lines, "ACTIVE ");
  made.positions = position_builder(rule, events).build(tree);
  if (rule.all_within) made.all_within = written_duration(*rule.all_within);
  for (const pattern_syntax& p : tree.unless) made.unless.push_back(canonical(p));
  if (tree.condition) made.condition = canonical(*tree.condition);
  made.keep_first = rule.keep_first;
  made.fire = line_of(lines, "FIRE ");
  made.to_each = rule.to_each;
  for (const return_item& item : rule.returns) made.returns.push_back(item.name);
  made.size = worst_case(rule);
  return made;
}

}  // namespace beckon::language
