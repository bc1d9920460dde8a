// beckon rule fmt FILE…: rules as everyone writes them; prints, checks or rewrites.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "engine/language/format.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/rule_files.hpp"
#include "topology/directory.hpp"
#include "topology/replace_file.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

/// A link stays, what it points to changes; its permissions stay.
result<void> rewrite(const std::string& path, const std::string& text) {
  std::error_code failed;
  const fs::path target = fs::canonical(path, failed);
  if (failed) return error{errc::unavailable, "cannot be found: " + failed.message(), path};
  const fs::perms mode = fs::status(target, failed).permissions();
  if (failed) return error{errc::unavailable, "cannot be written: " + failed.message(), path};
  auto written = replace_file(target.string(), text, static_cast<unsigned>(mode));
  if (!written) return error{written.error().code, written.error().message, path};
  return {};
}

/// One run of the command: what it found, and the worst exit code so far.
class fmt_run {
 public:
  fmt_run(bool check, bool write, const console& to) : check_(check), write_(write), to_(to) {}

  void file(const std::string& path) {
    if (path == "-") {
      const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
      return one(text, "standard input", {});
    }
    const auto text = read_text_file(path);
    if (!text) {
      return note(to_.fail(exit_no_input, path + ": cannot be read: " + text.error().message));
    }
    one(*text, path, path);
  }

  int finish() {
    if (to_.json) to_.print({{"files", files_}});
    return worst_;
  }

 private:
  /// `path` is "" for what has none.
  void one(const std::string& text, const std::string& shown, const std::string& path) {
    const language::formatted_file made = language::format_file(text, shown);
    if (has_errors(made.found)) {
      print_problems(made.found, to_);
      return note(adapters::exit_configuration);
    }
    const bool differs = made.text != text;
    if (check_ && differs) note(exit_failure);
    if (write_ && differs && !path.empty()) {
      if (auto written = rewrite(path, made.text); !written) {
        return note(to_.fail(exit_internal, written.error()));
      }
    }
    report(shown, made.text, differs);
  }

  void report(const std::string& shown, const std::string& text, bool differs) {
    const bool prints = !check_ && !write_;
    if (to_.json) {
      files_.push_back({{"file", shown}, {"differs", differs}});
      if (prints) files_.back()["text"] = text;
    } else if (prints) {
      to_.out << text;
    } else if (differs) {
      to_.out << shown << '\n';
    }
  }

  void note(int code) { worst_ = std::max(worst_, code); }

  bool check_;
  bool write_;
  const console& to_;
  nlohmann::json files_ = nlohmann::json::array();
  int worst_ = exit_ok;
};

int run(const adapters::arguments& given, const console& to) {
  const bool check = given.flag("check"), write = given.flag("write");
  const std::vector<std::string> files = rule_files(given.texts("FILE"));
  if (check && write)
    return to.fail(adapters::exit_usage, "--check and --write exclude each other");
  if (write && std::find(files.begin(), files.end(), "-") != files.end()) {
    return to.fail(adapters::exit_usage, "standard input cannot be rewritten: leave --write out");
  }
  if (files.empty()) return to.fail(exit_no_input, "no rule file there");
  fmt_run all(check, write, to);
  for (const std::string& path : files) all.file(path);
  return all.finish();
}

}  // namespace

command rule_fmt_command() {
  return {{.name = "rule fmt",
           .summary = "print rules as everyone shall write them",
           .positionals = {{.name = "FILE",
                            .help = "rule file, a directory of them, or - for standard input",
                            .repeated = true}},
           .options = {{.name = "check",
                        .kind = adapters::option_kind::flag,
                        .value_name = "",
                        .help = "print the names of files that are written differently"},
                       {.name = "write",
                        .kind = adapters::option_kind::flag,
                        .value_name = "",
                        .help = "rewrite such files in place, and print their names"}},
           .details = "One clause a line, keywords in capitals, at most 100 columns, tests "
                      "aligned; the title and comments stay. Only the syntax is looked at: no "
                      "configuration is needed.\nExit code 0: done; 1: --check found files that "
                      "differ; 66: a file cannot be read; 78: one has syntax errors."},
          &run};
}

}  // namespace beckon::topology
