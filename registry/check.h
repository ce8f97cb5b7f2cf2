// T2T_CHECK: aborts with message and values on a programmer's error. Never reachable from input: what
// a user can cause is an absl::Status.
//
//   T2T_CHECK(rows == ids.size()) << rows << " rows, " << ids.size() << " ids";
#ifndef T2T_REGISTRY_CHECK_H_
#define T2T_REGISTRY_CHECK_H_

#include <cstdlib>
#include <iostream>
#include <sstream>

namespace t2t::internal {

class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition) {
    message_ << file << ':' << line << ": check failed: " << condition << ' ';
  }
  [[noreturn]] ~CheckFailure() {
    std::cerr << message_.str() << std::endl;
    std::abort();
  }
  std::ostream& stream() { return message_; }

 private:
  std::ostringstream message_;
};

// Gives both branches of T2T_CHECK the type void.
struct Voidify {
  void operator&(std::ostream&) {}
};

}  // namespace t2t::internal

#define T2T_CHECK(condition)                 \
  (condition) ? (void)0                      \
              : ::t2t::internal::Voidify() & \
                    ::t2t::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#endif  // T2T_REGISTRY_CHECK_H_
