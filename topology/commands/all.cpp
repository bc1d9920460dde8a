#include "topology/commands/command.hpp"

namespace beckon::topology {

std::vector<command> offline_commands() {
  return {validate_command(), rule_test_command(),    rule_fmt_command(),  rule_show_command(),
          backtest_command(), rule_warm_command(),    import_command(),    dlq_list_command(),
          dlq_show_command(), pending_list_command(), item_show_command(), restore_command(),
          url_command(),      version_command()};
}

}  // namespace beckon::topology
