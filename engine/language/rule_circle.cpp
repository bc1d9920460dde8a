#include "engine/language/rule_circle.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace beckon::language {
namespace {

/// Rules as a graph: who causes whom, and by what.
class causes {
 public:
  causes(const std::vector<std::shared_ptr<const checked_rule>>& rules, const catalogue& events,
         const std::vector<rule_action>& actions)
      : events_(events), actions_(actions) {
    for (const auto& rule : rules) rules_.emplace(rule->name, rule.get());
  }

  std::string circle() {
    for (const auto& [name, rule] : rules_) {
      if (visit(*rule)) return circle_;
    }
    return {};
  }

 private:
  struct edge {
    const checked_rule* to;
    std::string by;  // "action x"; empty: the derived event itself
  };

  bool visit(const checked_rule& rule) {
    if (done_.contains(rule.name)) return false;
    path_.emplace_back(&rule, "");
    for (const edge& e : edges_of(rule)) {
      path_.back().second = e.by;
      const auto open =
          std::find_if(path_.begin(), path_.end(), [&](const auto& p) { return p.first == e.to; });
      if (open != path_.end()) {
        for (auto at = open; at != path_.end(); ++at) {
          circle_ += at->first->name + " → " + (at->second.empty() ? "" : at->second + " → ");
        }
        circle_ += e.to->name;
        return true;
      }
      if (visit(*e.to)) return true;
    }
    path_.pop_back();
    done_.insert(rule.name);
    return false;
  }

  std::vector<edge> edges_of(const checked_rule& from) const {
    std::vector<edge> out;
    for (const auto& [name, to] : rules_) {
      if (!from.to_each.empty() && judges(*to, from.name)) out.push_back({to, ""});
      for (const rule_action& a : actions_) {
        if (a.rule == from.name && hears_of(*to, a)) out.push_back({to, "action " + a.action});
      }
    }
    return out;
  }

  bool judges(const checked_rule& rule, std::string_view event) const {
    const auto type = events_.type(event);
    if (!type) return false;
    const auto names = [&](const event_pattern& p) {
      return std::binary_search(p.types.begin(), p.types.end(), *type);
    };
    for (const clause& c : rule.clauses) {
      const step* s = std::get_if<step>(&c);
      if (names(s != nullptr ? s->pattern : std::get<wait>(c).cancelled_by)) return true;
      if (s == nullptr) continue;
      for (const look_back& l : s->look_backs) {
        if (names(l.pattern)) return true;
      }
      for (const interruption& i : s->interruptions) {
        if (names(i.pattern)) return true;
      }
    }
    return std::any_of(rule.unless.begin(), rule.unless.end(), names);
  }

  /// A WHEN or THEN may mean a tracking step of this action: what only cancels causes nothing.
  bool hears_of(const checked_rule& rule, const rule_action& a) const {
    return std::any_of(rule.clauses.begin(), rule.clauses.end(), [&](const clause& c) {
      const step* s = std::get_if<step>(&c);
      return s != nullptr && means_tracking(s->pattern) && !excludes(s->pattern, a);
    });
  }

  bool means_tracking(const event_pattern& p) const {
    return std::any_of(p.types.begin(), p.types.end(), [&](event_type_id type) {
      return !p.any && std::find(tracking_steps.begin(), tracking_steps.end(),
                                 events_.name(type)) != tracking_steps.end();
    });
  }

  bool excludes(const event_pattern& p, const rule_action& a) const {
    if (p.where == nullptr) return false;
    for (const expression::equality& e : p.where->equalities()) {
      const std::string_view name = events_.name(e.attribute);
      const std::string* wanted = e.constant.as_text();
      if (wanted == nullptr) continue;
      if (name == "action" && *wanted != a.action) return true;
      if (name == "rule" && *wanted != a.rule) return true;
    }
    return false;
  }

  const catalogue& events_;
  const std::vector<rule_action>& actions_;
  std::map<std::string, const checked_rule*> rules_;
  std::vector<std::pair<const checked_rule*, std::string>> path_;
  std::set<std::string> done_;
  std::string circle_;
};

}  // namespace

std::string find_circle(const std::vector<std::shared_ptr<const checked_rule>>& rules,
                        const catalogue& events, const std::vector<rule_action>& actions) {
  return causes(rules, events, actions).circle();
}

}  // namespace beckon::language
