// beckon rule test FILE…: runs the TEST blocks of rule files, offline.
#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "engine/cep/run_tests.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/parse/rules.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

/// The nearest directory above `file` that holds a catalogue.yaml; "" when there is none.
std::string directory_of(const std::string& file) {
  fs::path at = fs::path(file).parent_path();
  std::error_code failed;
  const fs::path start = at.empty() ? fs::path(".") : at;
  for (at = start;; at = at / "..") {
    if (fs::exists(at / "catalogue.yaml", failed)) return at.lexically_normal().string();
    const fs::path whole = fs::weakly_canonical(at, failed);
    if (failed || whole == whole.root_path()) return "";
  }
}

/// Files as given; of a directory its *.rule files by name.
std::vector<std::string> rule_files(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& name : given) {
    std::error_code failed;
    if (!fs::is_directory(name, failed)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (fs::directory_iterator at(name, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == ".rule") inside.push_back(at->path().string());
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

/// One run of the command: what it found, and the worst exit code so far.
class test_run {
 public:
  test_run(std::string directory, const console& to) : directory_(std::move(directory)), to_(to) {}

  /// Compiles one file and runs its tests.
  void file(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text)
      return note(to_.fail(exit_no_input, path + ": cannot be read: " + text.error().message));
    const std::string directory = directory_.empty() ? directory_of(path) : directory_;
    if (directory.empty()) {
      return note(
          to_.fail(adapters::exit_configuration,
                   path + ": no directory above it holds a catalogue.yaml; name one with -c DIR"));
    }
    const configuration* ground = ground_of(directory);
    if (ground == nullptr) return note(adapters::exit_configuration);
    judge(parse_rule_file(*text, path, fs::path(path).stem().string(), ground->names), path,
          *ground);
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
  /// Loaded once per directory; null when it is broken, which has been said then.
  const configuration* ground_of(const std::string& directory) {
    const auto known = grounds_.find(directory);
    if (known != grounds_.end()) return known->second ? &*known->second : nullptr;
    const auto& loaded = grounds_[directory] = load_ground_or_explain(directory, to_);
    return loaded ? &*loaded : nullptr;
  }

  void judge(const language::compiled_file& rule, const std::string& path,
             const configuration& ground) {
    print_problems(rule.found, to_);
    if (has_errors(rule.found)) return note(adapters::exit_configuration);
    if (!to_.json) to_.out << path << '\n';
    if (rule.tests.empty() && !to_.json) to_.out << "  has no tests\n";
    for (const cep::test_outcome& o : cep::run_tests(rule, ground.names.events, ground.names.zone))
      report(o, path);
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
  nlohmann::json tests_ = nlohmann::json::array();
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  int worst_ = exit_ok;
};

int run(const adapters::arguments& given, const console& to) {
  const std::vector<std::string> files = rule_files(given.texts("FILE"));
  if (files.empty()) return to.fail(exit_no_input, "no rule file there");
  test_run all(given.text("config"), to);
  for (const std::string& path : files) all.file(path);
  return all.finish();
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
