// A plug-in of the right stamp that was linked without a library that it needs.
#include "tensor2tensor/library/plugin.h"

absl::Status WasNeverLinked(t2t::Library& library);

T2T_PLUGIN(library) { return WasNeverLinked(library); }
