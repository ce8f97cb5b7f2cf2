# Writes revision.cc; leaves it as it is where nothing has changed, so that nothing is compiled again.
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision unknown)
endif()
file(CONFIGURE OUTPUT "${FILE}" @ONLY CONTENT [=[
#include "tensor2tensor/runs/revision.h"

namespace t2t {

const char* Version() { return "@VERSION@"; }
const char* Revision() { return "@revision@"; }
const char* LinkedLibraries() { return "@LIBRARIES@"; }

}  // namespace t2t
]=])
