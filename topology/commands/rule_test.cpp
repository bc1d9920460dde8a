// beckon rule test FILE…: runs the TEST blocks of rule files, offline.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "engine/cep/run_tests.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/rule_files.hpp"
#include "topology/parse/rules.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

/// One run of the command: what it found, and the worst exit code so far.
class test_run {
 public:
  test_run(std::string directory, const console& to) : directory_(std::move(directory)), to_(to) {}

  /// Reads all files, then compiles those of each configuration together with its other rules, and
  /// runs the tests of those given.
  void all(const std::vector<std::string>& paths) {
    std::vector<std::pair<std::string, std::size_t>> places;  // directory, index there
    for (const std::string& path : paths) {
      const std::string directory = directory_.empty() ? configuration_above(path) : directory_;
      auto text = read_text_file(path);
      if (!text) {
        note(to_.fail(exit_no_input, path + ": cannot be read: " + text.error().message));
      } else if (directory.empty()) {
        note(to_.fail(
            adapters::exit_configuration,
            path + ": no directory above it holds a catalogue.yaml; name one with -c DIR"));
      } else {
        std::vector<file_text>& files = given_[directory];
        places.emplace_back(directory, files.size());
        files.push_back({path, fs::path(path).stem().string(), *std::move(text)});
      }
    }
    for (const auto& [directory, index] : places) {
      const configuration* ground = ground_of(directory);
      if (ground == nullptr) {
        note(adapters::exit_configuration);
        continue;
      }
      const language::compiled_set& set = together(directory, ground->names);
      judge(set.files[index], set.events, given_[directory][index].path, ground->names.zone);
    }
  }

  int finish() {
    if (to_.json) {
      to_.print({{"passed", passed_}, {"failed", failed_}, {"tests", tests_}});
    } else {
      to_.out << passed_ << " passed, " << failed_ << " failed\n";
    }
    return worst_;
  }

 private:
  /// The files given of a configuration, then its other rules, compiled once.
  const language::compiled_set& together(const std::string& directory,
                                         const language::environment& names) {
    const auto known = sets_.find(directory);
    if (known != sets_.end()) return known->second;
    std::vector<file_text> files = given_[directory];
    std::set<std::string> taken;
    for (const file_text& file : files) taken.insert(file.name);
    for (file_text& other : read_directory(directory).rules) {
      if (!taken.contains(other.name)) files.push_back(std::move(other));
    }
    return sets_[directory] = parse_rule_files(files, names);
  }

  /// Loaded once per directory; null when it is broken, which has been said then.
  const configuration* ground_of(const std::string& directory) {
    const auto known = grounds_.find(directory);
    if (known != grounds_.end()) return known->second ? &*known->second : nullptr;
    const auto& loaded = grounds_[directory] = load_ground_or_explain(directory, to_);
    return loaded ? &*loaded : nullptr;
  }

  void judge(const language::compiled_file& rule, const std::shared_ptr<const catalogue>& events,
             const std::string& path, const std::string& zone) {
    print_problems(rule.found, to_);
    if (has_errors(rule.found)) return note(adapters::exit_configuration);
    if (!to_.json) to_.out << path << '\n';
    if (rule.tests.empty() && !to_.json) to_.out << "  has no tests\n";
    for (const cep::test_outcome& o : cep::run_tests(rule, events, zone)) report(o, path);
  }

  void report(const cep::test_outcome& o, const std::string& path) {
    (o.passed ? passed_ : failed_) += 1;
    if (!o.passed) note(exit_failure);
    if (to_.json) {
      tests_.push_back({{"file", path}, {"line", o.line}, {"test", o.title}, {"passed", o.passed}});
      if (!o.passed) tests_.back()["explanation"] = o.explanation;
      return;
    }
    if (o.passed) {
      to_.out << "  " << to_.out_is.paint(adapters::style::green, "pass") << "  " << o.title
              << '\n';
      return;
    }
    to_.out << "  " << to_.out_is.paint(adapters::style::red, "FAIL") << "  " << o.title
            << " (line " << o.line << ")\n";
    std::istringstream lines(o.explanation);
    for (std::string line; std::getline(lines, line);) to_.out << "        " << line << '\n';
  }

  void note(int code) { worst_ = std::max(worst_, code); }

  std::string directory_;
  const console& to_;
  std::map<std::string, std::optional<configuration>> grounds_;
  std::map<std::string, std::vector<file_text>> given_;  // by directory
  std::map<std::string, language::compiled_set> sets_;   // beside it
  nlohmann::json tests_ = nlohmann::json::array();
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  int worst_ = exit_ok;
};

int run(const adapters::arguments& given, const console& to) {
  const std::vector<std::string> files = rule_files(given.texts("FILE"));
  if (files.empty()) return to.fail(exit_no_input, "no rule file there");
  test_run run(given.text("config"), to);
  run.all(files);
  return run.finish();
}

}  // namespace

command rule_test_command() {
  return {{.name = "rule test",
           .summary = "run the tests inside rule files, offline",
           .positionals = {{.name = "FILE",
                            .help = "rule file, or a directory of them",
                            .repeated = true}},
           .options = {config_option(false)},
           .details = "The events a rule may name come from catalogue.yaml in DIR, else in the "
                      "nearest directory above the "
                      "file.\nExit code 0: all pass; 1: a test fails; 78: a rule or its "
                      "configuration is wrong."},
          &run};
}

}  // namespace beckon::topology
