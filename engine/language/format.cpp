#include "engine/language/format.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "engine/language/canonical.hpp"
#include "engine/language/line_breaks.hpp"
#include "engine/language/parser.hpp"
#include "engine/language/printed_test.hpp"

namespace beckon::language {
namespace {

bool before(position a, position b) {
  return std::tie(a.line, a.column) < std::tie(b.line, b.column);
}

/// A comment on a line of its own.
struct own_line {
  std::string text;
  bool blank_before = false;
};

struct laid_out {
  printed_item what;
  std::vector<own_line> comments = {};
  bool blank_before = false;  ///< between its comments, or what precedes it, and itself
  std::string trailing = {};
};

/// Puts the printed lines and the comments together.
class layout {
 public:
  layout(const file_syntax& tree, const std::vector<token>& tokens,
         const std::vector<comment>& comments)
      : tokens_(tokens) {
    for (const token& t : tokens) lines_.insert(t.at.line);
    for (const comment& c : comments) lines_.insert(c.at.line);
    items(tree);
    for (const comment& c : comments) place(c);
  }

  std::string text() {
    bool in_tests = false;
    for (const laid_out& item : items_) {
      if (item.what.test && !std::exchange(in_tests, true)) blank_line();
      for (const own_line& c : item.comments) print(c, item.what.indent);
      if (item.blank_before) blank_line();
      const auto lines = broken_into_lines(item.what.text, item.what.continuation);
      for (const std::string& line : lines) out_ += (&line == &lines[0] ? "" : "\n") + line;
      out_ += (item.trailing.empty() ? "" : "   " + item.trailing) + "\n";
    }
    for (const own_line& c : last_) print(c, 0);
    return std::move(out_);
  }

 private:
  void items(const file_syntax& tree) {
    const std::vector<std::string> clauses = clause_lines(tree.rule);
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      items_.push_back({.what = {.at = tree.rule.heads[i], .text = clauses[i]}});
    }
    if (!tree.rule.title.empty()) items_[0].what.text += " " + printed_title(tree.rule.title);
    for (const test_syntax& test : tree.tests) {
      for (printed_item& line : printed_test(test)) {
        const bool keeps_blank = line.test && blank_above(line.at.line);
        items_.push_back({.what = std::move(line), .blank_before = keeps_blank});
      }
    }
    for (std::size_t i = 0; i < items_.size(); ++i) in_source_.push_back(i);
    std::sort(in_source_.begin(), in_source_.end(), [this](std::size_t a, std::size_t b) {
      return before(items_[a].what.at, items_[b].what.at);
    });
  }

  bool blank_above(int line) const { return line > *lines_.begin() && !lines_.contains(line - 1); }

  /// The item whose source holds `at`: the last that begins there or before.
  laid_out& item_at(position at) {
    const auto behind = std::upper_bound(
        in_source_.begin(), in_source_.end(), at,
        [this](position p, std::size_t i) { return before(p, items_[i].what.at); });
    return items_[behind == in_source_.begin() ? in_source_[0] : *std::prev(behind)];
  }

  void place(const comment& c) {
    const auto next = std::upper_bound(tokens_.begin(), std::prev(tokens_.end()), c.at,
                                       [](position p, const token& t) { return before(p, t.at); });
    const bool at_end = std::next(next) == tokens_.end();
    laid_out* following = at_end ? nullptr : &item_at(next->at);
    const bool between = at_end || !before(following->what.at, next->at);
    if (between && !c.own_line) {
      item_at(std::prev(next)->at).trailing = c.text;
      return;
    }
    const own_line made{c.text, c.own_line && blank_above(c.at.line)};
    if (following == nullptr) {
      last_.push_back(made);
      return;
    }
    following->comments.push_back(made);
    following->blank_before = between && blank_above(next->at.line);
  }

  void blank_line() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
  }

  void print(const own_line& c, std::size_t indent) {
    if (c.blank_before) blank_line();
    out_ += std::string(indent, ' ') + c.text + "\n";
  }

  const std::vector<token>& tokens_;
  std::set<int> lines_;  ///< those with a token or a comment
  std::vector<laid_out> items_;
  std::vector<std::size_t> in_source_;  ///< indices of items, in the order of the source
  std::vector<own_line> last_;
  std::string out_;
};

}  // namespace

formatted_file format_file(std::string_view text, std::string_view file) {
  formatted_file made;
  reporter out(text, file);
  std::vector<comment> comments;
  const std::vector<token> tokens = lex(text, out, &comments);
  const file_syntax tree = parser(tokens, out).file();
  if (!out.failed()) made.text = layout(tree, tokens, comments).text();
  made.found = out.take();
  return made;
}

}  // namespace beckon::language
