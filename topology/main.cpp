// The program: its words, its streams, its exit code.
#include <iostream>

#include "topology/commands/command.hpp"

int main(int argc, char** argv) {
  using namespace beckon;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const topology::console to{std::cout, std::cerr, adapters::terminal::of(1),
                             adapters::terminal::of(2)};
  auto commands = topology::offline_commands();
  const auto running = {topology::run_command(), topology::dev_command(), topology::firings_command(), topology::dlq_redrive_command(), topology::events_rejected_command(), topology::events_redrive_command(), topology::backup_command(), topology::simulate_command(),
                        topology::sink_command()};
  commands.insert(commands.begin(), running.begin(), running.end());
  return topology::execute(words, commands, to);
}
