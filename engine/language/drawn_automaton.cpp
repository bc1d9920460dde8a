// The automaton as text: a box for each position, what lies between them, then what holds for all.
#include <algorithm>

#include "engine/language/automaton.hpp"
#include "engine/language/utf8.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t box_width = 64;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

/// 1234567 → "1,234,567".
std::string grouped(std::size_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string ruled(std::string text) {
  const std::size_t own = utf8_length(text);
  return text + (own < box_width ? repeated("─", box_width - own) : "") + "\n";
}

class drawing {
 public:
  explicit drawing(const automaton& of) : of_(of) {}

  std::string text() {
    heading();
    for (std::size_t i = 0; i < of_.positions.size(); ++i) {
      if (i > 0) edge(of_.positions[i]);
      box(i);
    }
    firing();
    bytes();
    return std::move(out_);
  }

 private:
  void line(std::string_view text) { out_.append(text) += '\n'; }
  void fact(std::string_view label, const std::string& text) {
    if (text.empty()) return;
    out_.append("  ").append(label).append(std::string(12 - label.size(), ' '));
    line(text);
  }
  void inside(std::string_view label, const std::string& text) {
    if (!text.empty()) line("  │ " + std::string(label) + text);
  }

  void heading() {
    line("RULE " + of_.name + (of_.title.empty() ? "" : "  \"" + of_.title + "\""));
    fact("version", of_.version);
    fact("about each", of_.subject);
    fact("key", joined(of_.same));
    fact("ACTIVE", of_.active);
    fact("UNLESS", of_.unless.empty() ? "" : of_.unless[0] + "   ends every run at once");
    for (std::size_t i = 1; i < of_.unless.size(); ++i) fact("", of_.unless[i]);
    fact("ALL WITHIN", of_.all_within);
    if (of_.keep_first) fact("KEEP FIRST", "a wait under way is not replaced");
    line("");
  }

  void edge(const automaton_position& to) {
    line("     │");
    for (const std::string& events : to.interrupts) line("     ├──✕ " + events + "   ends the run");
    line("     ▼");
  }

  void box(std::size_t number) {
    const automaton_position& p = of_.positions[number];
    const std::string head = "  ┌─ " + std::to_string(number) + " ─ ";
    out_ += ruled(head + (p.waits ? "wait" : p.kind) + " ");
    if (p.waits) {
      inside("", p.bound);
      inside("ended by ", p.events + (p.where.empty() ? "" : " WHERE " + p.where));
    } else {
      inside("", p.events + (p.alias.empty() ? "" : " AS " + written_name(p.alias)));
      inside("WHERE ", p.where);
      inside("", p.quantity + (p.quantity.empty() || p.bound.empty() ? "" : ", ") + p.bound);
      if (p.kind == "THEN NEXT") inside("", "the very next event, or the run ends");
      for (const std::string& guard : p.guards) inside("only if ", guard);
    }
    inside("keeps ", joined(p.keeps));
    out_ += ruled("  └──┬");
  }

  void firing() {
    line("     │");
    if (!of_.condition.empty()) line("     ◇ IF " + of_.condition);
    if (!of_.condition.empty()) line("     │");
    line("     ▼");
    line("  FIRE " + of_.fire + (of_.to_each.empty() ? "" : ", TO EACH " + of_.to_each));
    if (!of_.returns.empty()) line("  RETURN " + joined(of_.returns));
    line("");
  }

  void bytes() {
    line("  at most " + grouped(total_bytes(of_.size)) + " bytes for one " +
         of_.subject.substr(0, of_.subject.find(' ')));
    std::size_t widest = 0;
    for (const size_part& p : of_.size) {
      widest = std::max(widest, grouped(p.bytes * p.times).size());
    }
    for (const size_part& p : of_.size) {
      const std::string all = grouped(p.bytes * p.times);
      line("    " + std::string(widest - all.size(), ' ') + all + "  " + p.what +
           (p.times == 1 ? "" : " (" + grouped(p.times) + " × " + grouped(p.bytes) + ")"));
    }
  }

  const automaton& of_;
  std::string out_;
};

}  // namespace

std::string drawn(const automaton& of) {
  return drawing(of).text();
}

}  // namespace beckon::language
