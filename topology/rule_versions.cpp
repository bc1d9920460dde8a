#include "topology/rule_versions.hpp"

#include <algorithm>

#include "engine/cep/run_life.hpp"

namespace beckon::topology {
namespace {

using cep::fate;
using language::checked_rule;

/// Works on one rule's history.
class historian {
 public:
  historian(const deployment& d, const language::environment& names, timestamp now,
            noted_versions& out)
      : d_(d), names_(names), now_(now), out_(out) {}

  void note(const checked_rule& rule, const cep::known_past& known, rule_history& h) {
    std::erase_if(h.former, [this](const old_text& t) { return t.until <= before_; });
    if (h.version.empty()) {
      h.since = now_;
    } else if (h.version != rule.version) {
      replace(rule, h);
      h.since = now_;
    }
    h.version = rule.version;
    h.text = rule.canonical;
    h.known = past_of(rule, known);
    hand_out(rule.name, h);
  }

  void started_before(timestamp t) noexcept { before_ = t; }

 private:
  /// What was kept so far shares the fate of the version that kept it.
  void replace(const checked_rule& rule, rule_history& h) {
    const fate what = fate_of(rule.name);
    out_.changes.push_back({rule.name, h.version, rule.version, what});
    old_text old{h.version, what, now_, never, h.text, h.known};
    if (const auto text = compiled(old.text, old.version)) old.until = end_of(*text);
    for (old_text& t : h.former) {
      if (t.what == fate::keep) t.what = what;
      if (t.version == old.version && t.what == fate::drain && what == fate::keep)
        old.what = fate::drain;
    }
    std::erase_if(h.former, [&](const old_text& t) { return t.version == old.version; });
    h.former.push_back(std::move(old));
    drop_fifth(rule.name, h);
    if (h.former.size() > most_former) h.former.erase(h.former.begin());
    for (old_text& t : h.former) {
      if (t.what == fate::reset) t.text.clear();
    }
  }

  void drop_fifth(const std::string& rule, rule_history& h) {
    const auto drains = [](const old_text& t) { return t.what == fate::drain; };
    const auto count = std::count_if(h.former.begin(), h.former.end(), drains);
    if (count <= static_cast<std::ptrdiff_t>(most_draining)) return;
    const auto oldest = std::find_if(h.former.begin(), h.former.end(), drains);
    oldest->what = fate::reset;
    out_.troubles.push_back({rule, oldest->version,
                             "its live partial matches are dropped: no more than " +
                                 std::to_string(most_draining) + " old versions of a rule drain"});
  }

  fate fate_of(const std::string& rule) const {
    const auto named = d_.rules.on_change_of.find(rule);
    return named == d_.rules.on_change_of.end() ? d_.rules.on_change : named->second;
  }

  /// Null: it is no rule any more, or another one, or tells members what nobody declares any more.
  std::shared_ptr<const checked_rule> compiled(const std::string& text,
                                               const std::string& version) const {
    auto made = language::compile(text, version, names_).rule;
    if (made == nullptr || made->version != version) return nullptr;
    return made->to_each.empty() || names_.events->type(made->name) ? made : nullptr;
  }

  /// Recorded time knows no bound: what is replaced there ends when the fifth comes.
  timestamp end_of(const checked_rule& rule) const {
    if (d_.clock == clock_mode::event) return never;
    const duration late = d_.limits.late_limit + d_.absence_grace;
    duration held{0};
    for (const source_settings& s : d_.sources) held = std::max(held, s.out_of_order);
    const timestamp last = saturating_add(now_, d_.limits.max_future_skew);
    return saturating_add(cep::end_of_runs(rule, last), late + held);
  }

  static cep::known_past past_of(const checked_rule& rule, const cep::known_past& known) {
    cep::known_past of_rule;
    for (const language::clause& c : rule.clauses) {
      const auto* step = std::get_if<language::step>(&c);
      if (step == nullptr) continue;
      for (const language::look_back& l : step->look_backs) {
        if (const auto at = known.find(cep::past_name(rule.name, l)); at != known.end())
          of_rule.insert(*at);
      }
    }
    return of_rule;
  }

  void hand_out(const std::string& rule, rule_history& h) {
    for (old_text& t : h.former) {
      cep::former_version f{rule, t.version, t.what, nullptr, t.known};
      if (t.what == fate::drain) f.text = compiled(t.text, t.version);
      if (t.what == fate::drain && f.text == nullptr) {
        out_.troubles.push_back({rule, t.version,
                                 "its live partial matches are dropped: its text does not compile "
                                 "any more"});
        f.what = t.what = fate::reset;
        t.text.clear();
      }
      out_.former.push_back(std::move(f));
    }
  }

  const deployment& d_;
  const language::environment& names_;
  timestamp now_;
  noted_versions& out_;
  timestamp before_ = beginning;
};

}  // namespace

noted_versions note_versions(rule_histories stored, const cep::rule_set& rules, const deployment& d,
                             const language::environment& names, timestamp now) {
  noted_versions out;
  historian of_rules(d, names, now, out);
  of_rules.started_before(stored.started);
  for (const auto& rule : rules.rules()) {
    rule_history& h = out.histories.rules[rule->name];
    if (const auto at = stored.rules.find(rule->name); at != stored.rules.end())
      h = std::move(at->second);
    of_rules.note(*rule, rules.known(), h);
  }
  out.histories.started = now;
  return out;
}

namespace {

result<noted_versions> recall(const deployment& d, const cep::rule_set& rules,
                              const language::environment& names, timestamp now, bool starts) {
  auto stored = read_rule_histories(d.data);
  if (!stored) return stored.error();
  const timestamp started = stored->started;
  noted_versions noted = note_versions(*std::move(stored), rules, d, names, now);
  if (!starts) noted.histories.started = started;
  if (auto written = write_rule_histories(d.data, noted.histories); !written)
    return written.error();
  return noted;
}

}  // namespace

result<noted_versions> recall_rule_versions(const deployment& d, const cep::rule_set& rules,
                                            const language::environment& names, timestamp now) {
  return recall(d, rules, names, now, true);
}

result<noted_versions> recall_rule_versions_offline(const deployment& d, const cep::rule_set& rules,
                                                    const language::environment& names,
                                                    timestamp now) {
  return recall(d, rules, names, now, false);
}

}  // namespace beckon::topology
