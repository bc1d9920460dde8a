#include "adapters/http/ingest/body.hpp"

#include <algorithm>

#include <zlib.h>

#include "adapters/http/listener/message.hpp"

namespace beckon::adapters {
namespace {

constexpr int gzip_window = 16 + MAX_WBITS;
constexpr std::size_t first_output = 16 * 1024;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// Whether the media type is `wanted`, its charset, if any, UTF-8.
bool is_type(std::string_view content_type, std::string_view wanted) noexcept {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (!equal_ignoring_case(trimmed(type), wanted)) return false;
  std::string_view rest = content_type.substr(type.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view parameter = rest.substr(0, rest.find(';'));
    rest.remove_prefix(parameter.size());
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (!equal_ignoring_case(trimmed(parameter.substr(0, equals)), "charset")) continue;
    std::string_view charset = trimmed(parameter.substr(std::min(equals + 1, parameter.size())));
    if (charset.size() > 1 && charset.front() == '"')
      charset = charset.substr(1, charset.size() - 2);
    if (!equal_ignoring_case(charset, "utf-8")) return false;
  }
  return true;
}

/// Inflates into `out`; Z_STREAM_END, Z_BUF_ERROR when `most` was reached, or what went wrong.
int inflate_into(z_stream& stream, std::string& out, std::size_t most) {
  for (;;) {
    const std::size_t filled = out.size();
    if (filled > most) return Z_BUF_ERROR;
    out.resize(std::min(most + 1, std::max(first_output, filled * 2)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = static_cast<uInt>(out.size() - filled);
    const int answer = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (answer != Z_OK) return answer == Z_BUF_ERROR ? Z_DATA_ERROR : answer;
    if (stream.avail_in == 0 && stream.avail_out > 0) return Z_DATA_ERROR;
  }
}

}  // namespace

bool is_json_type(std::string_view content_type) noexcept {
  return is_type(content_type, "application/json");
}

bool is_plain_text_type(std::string_view content_type) noexcept {
  return is_type(content_type, "text/plain");
}

result<std::string> unpack_gzip(std::string_view packed, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK)
    return error{errc::internal, "zlib does not start"};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  const int answer = inflate_into(stream, out, most);
  const bool whole = answer == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (answer == Z_BUF_ERROR || out.size() > most) {
    return error{errc::exhausted,
                 "the body unpacks to more than " + std::to_string(most) + " bytes"};
  }
  if (!whole) return error{errc::invalid, "the body is not gzip, or cut off"};
  return out;
}

}  // namespace beckon::adapters
