// The sandbox channels: every delivery becomes one line of JSON in a file, or on standard output.
// Threads: any; `send` writes at once and answers before it returns. The file is opened at the
// first delivery, again when it was moved or removed (log rotation). A line torn by a crash or a
// full disk is ended before the next begins.
#pragma once

#include <memory>
#include <string>

#include "engine/base/settings.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

/// Kind `file`. Options: `path` (its directory must exist; made 0640, appended to; relative to the
/// working directory). Reports what is wrong and returns null. Touches no file.
std::unique_ptr<port::sender> make_file_sender(const settings& options, problems& out);

/// Kind `console`: no options.
std::unique_ptr<port::sender> make_console_sender(const settings& options, problems& out);

/// The line: {"id","occurrence","rule","action","channel","subject":{"kind","id"},"address" where
/// there is one, "fired","attempt","body"} and a newline. The body is JSON as it is (on one line)
/// where it is JSON, else a text.
std::string to_line(const port::delivery& what);

}  // namespace beckon::adapters
