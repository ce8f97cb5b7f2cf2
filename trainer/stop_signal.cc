#include "trainer/stop_signal.h"

#include <csignal>

namespace t2t {
namespace {

volatile std::sig_atomic_t stop_requested = 0;
struct sigaction earlier_term, earlier_int;

void Request(int signal_number) {
  if (stop_requested != 0) {  // the second time: as if nothing had been installed
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
  stop_requested = 1;
}

}  // namespace

StopSignal::StopSignal() {
  stop_requested = 0;
  struct sigaction action {};
  action.sa_handler = Request;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, &earlier_term);
  sigaction(SIGINT, &action, &earlier_int);
}

StopSignal::~StopSignal() {
  sigaction(SIGTERM, &earlier_term, nullptr);
  sigaction(SIGINT, &earlier_int, nullptr);
}

bool StopSignal::requested() const { return stop_requested != 0; }

}  // namespace t2t
