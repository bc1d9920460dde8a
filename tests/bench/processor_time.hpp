// Processor time: this process's, and its living children's.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

namespace beckon::bench {

/// Seconds, of programs and of the system for them.
double seconds_of(const rusage& used);
double own_processor_time();
/// Of all living children but one.
double processor_time_of_children(pid_t but);

}  // namespace beckon::bench
