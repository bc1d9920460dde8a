// Builds a settings tree from yaml-cpp's parse events. Events know nothing of aliases' contents, so
// a bomb never grows.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "adapters/yaml/source_text.hpp"
#include "engine/base/settings.hpp"

namespace beckon::adapters {

/// Thrown through the library's parser to end it at a bound; its problem is already reported.
/// Caught in load_yaml.
struct reading_stopped {};

/// One document. Refers to `source` and `out`, which must outlive it.
class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(const source_text& source, problems& out) : source_(source), out_(out) {}

  /// The document's tree, once.
  settings take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

 private:
  /// A map or list whose end has not come yet.
  struct open_node {
    settings node;
    bool key_next = false;    ///< a map: the next node is a key
    bool dropped = false;     ///< the key before was refused: its content is read and left out
    settings::member member;  ///< the key before
    std::unordered_map<std::string, int> lines;  ///< of the keys so far
  };

  bool at_key() const { return !open_.empty() && open_.back().key_next; }
  settings make(settings::shape what, const YAML::Mark& mark);
  void open(settings::shape what, const YAML::Mark& mark, const std::string& tag);
  void close();
  void place(settings node);
  void place_key(settings node);
  bool accept_key(const settings& key);
  void check_tag(const YAML::Mark& mark, const std::string& tag);
  void report(int line, int column, std::string message, std::string hint);

  const source_text& source_;
  problems& out_;
  settings root_;
  std::vector<open_node> open_;
  std::size_t nodes_ = 0;
  std::size_t reported_ = 0;
};

}  // namespace beckon::adapters
