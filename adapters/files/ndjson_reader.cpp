#include "adapters/files/ndjson_reader.hpp"

namespace beckon::adapters {

result<ndjson_reader> ndjson_reader::open(const std::filesystem::path& path) {
  auto file = byte_source::open(path);
  if (!file) return file.error();
  return ndjson_reader(*std::move(file));
}

result<bool> ndjson_reader::next() {
  for (std::size_t searched = 0;;) {
    const std::string_view text = file_.pending();
    std::size_t end = text.find('\n', searched);
    if (end == text.npos) {
      searched = text.size();
      const auto more = file_.more();
      if (!more) return more.error();
      if (*more) continue;
      if (file_.pending().empty()) return false;
      end = file_.pending().size() - 1;  // the last line needs no line end
    }
    line_ = file_.pending().substr(0, end + 1);
    file_.drop(end + 1);
    searched = 0;
    if (++row_ == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.remove_prefix(3);
    line_ = line_.substr(0, line_.find_last_not_of(" \t\r\n") + 1);
    if (!line_.empty()) return true;
  }
}

}  // namespace beckon::adapters
