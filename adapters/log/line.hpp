// One log line as text for people or as JSON for machines. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.hpp"
#include "messages/port/log.hpp"

namespace beckon::adapters {

struct log_line {
  timestamp time{};
  port::log_level level = port::log_level::info;
  std::string_view component;
  std::string_view message;
  const field_list& fields;
};

/// "2024-01-01T00:00:00.000Z warning partition 3: message key=value other="two words"" and a
/// newline. Control characters and quotes are escaped: a field cannot forge a line.
std::string to_text_line(const log_line& line);

/// {"time":…,"level":…,"component":…,"message":…,"fields":{…}} and a newline.
std::string to_json_line(const log_line& line);

}  // namespace beckon::adapters
