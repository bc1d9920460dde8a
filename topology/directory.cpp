#include "topology/directory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> top_files = {"beckon.yaml",  "catalogue.yaml", "actions.yaml",
                                            "filters.yaml", "channels.yaml",  "materials.yaml"};

/// What a folder of the configuration holds.
struct folder {
  std::string name;
  std::string ending;
};
const std::vector<folder> folders = {
    {"rules", ".rule"}, {"lists", ".txt"}, {"materials", ".yaml"}, {"audiences", ".txt"}};

std::string shown(const std::string& directory, const std::string& below) {
  return (fs::path(directory) / below).lexically_normal().string();
}

/// Reads one file into `files`, or reports why not.
void read_into(std::vector<file_text>& files, const std::string& directory,
               const std::string& below, problems& out) {
  const std::string path = shown(directory, below);
  auto text = read_text_file(path);
  if (text) {
    files.push_back({path, fs::path(below).stem().string(), *std::move(text)});
  } else {
    out.push_back({path, 0, 0, "cannot be read: " + text.error().message,
                   "make it a file that this user may read"});
  }
}

std::optional<file_text> read_one(const std::string& directory, const std::string& name,
                                  problems& out) {
  std::error_code failed;
  const fs::file_status there = fs::symlink_status(fs::path(directory) / name, failed);
  if (there.type() == fs::file_type::not_found) return std::nullopt;
  std::vector<file_text> files;
  read_into(files, directory, name, out);
  return files.empty() ? std::nullopt : std::optional(std::move(files.front()));
}

/// Names in a folder, sorted, without hidden ones; empty when it is not there.
std::vector<std::string> names_in(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool has_known_ending(const std::string& name) {
  const std::string ending = fs::path(name).extension().string();
  return ending == ".yaml" || ending == ".yml" || ending == ".rule" || ending == ".txt";
}

problem not_read(const std::string& path, std::string hint) {
  problem p{path, 0, 0, "nobody reads this file", std::move(hint)};
  p.warning = true;
  return p;
}

void warn_of_strangers(configuration_directory& d) {
  for (const std::string& name : names_in(d.path)) {
    const bool known = std::find(top_files.begin(), top_files.end(), name) != top_files.end();
    if (known || !has_known_ending(name)) continue;
    const std::string near = nearest(name, top_files);
    std::string hint =
        "files here: beckon, catalogue, actions, filters, channels, materials (.yaml)";
    if (!near.empty()) hint = "did you mean '" + near + "'?";
    if (name.ends_with(".rule")) hint = "move it to rules/" + name;
    d.found.push_back(not_read(shown(d.path, name), std::move(hint)));
  }
}

void read_folder(configuration_directory& d, const folder& f, std::vector<file_text>& files) {
  for (const std::string& name : names_in(fs::path(d.path) / f.name)) {
    const std::string below = f.name + "/" + name;
    if (name.ends_with(f.ending) && name.size() > f.ending.size()) {
      read_into(files, d.path, below, d.found);
    } else if (has_known_ending(name)) {
      d.found.push_back(
          not_read(shown(d.path, below), f.name + "/ holds files that end in " + f.ending));
    }
  }
}

/// Says why `path` is no directory that can be read; "" when it is one.
std::string why_no_directory(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) return failed ? failed.message() : "there is no such directory";
  if (!fs::is_directory(path, failed)) return "this is no directory";
  const fs::directory_iterator probe(path, failed);
  return failed ? "cannot be read: " + failed.message() : "";
}

}  // namespace

result<std::string> read_text_file(const std::string& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) return error{errc::invalid, "it is a directory", path};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return error{errc::not_found, errno == 0 ? "cannot be opened" : std::strerror(errno), path};
  std::string text;
  char buffer[65536];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_file_bytes)
      return error{errc::exhausted, "it is larger than 64 MiB", path};
  }
  if (in.bad()) return error{errc::unavailable, "reading it failed", path};
  return text;
}

configuration_directory read_directory(const std::string& path) {
  configuration_directory d;
  d.path = path;
  if (std::string why = why_no_directory(path); !why.empty()) {
    d.found.push_back({path, 0, 0, std::move(why), "name the directory that holds catalogue.yaml"});
    return d;
  }
  d.deployment = read_one(path, "beckon.yaml", d.found);
  d.catalogue = read_one(path, "catalogue.yaml", d.found);
  d.actions = read_one(path, "actions.yaml", d.found);
  d.filters = read_one(path, "filters.yaml", d.found);
  d.channels = read_one(path, "channels.yaml", d.found);
  if (auto materials = read_one(path, "materials.yaml", d.found))
    d.materials.push_back(*std::move(materials));
  read_folder(d, folders[0], d.rules);
  read_folder(d, folders[1], d.lists);
  read_folder(d, folders[3], d.audiences);
  read_folder(d, folders[2], d.materials);
  warn_of_strangers(d);
  return d;
}

}  // namespace beckon::topology
