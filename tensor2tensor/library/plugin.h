// Plug-ins: shared libraries that bring problems, modalities, bodies and presets of their own.
//
//   // plurals.cc, linked with tensor2tensor::tensor2tensor as a CMake MODULE
//   #include "tensor2tensor/library/plugin.h"
//   T2T_PLUGIN(library) {
//     return library.problems.Add("plurals", {.summary = "one to many", .tags = {}, .value = MakePlurals});
//   }
//
//   t2t --plugin ./libplurals.so train --problem plurals ...
//
// A plug-in shares C++ objects with the program, so both must be built from the same headers of this library, with the
// same LibTorch and Abseil and a compiler of the same ABI: T2T_PLUGIN stamps it, and one of another stamp is refused.
// Loaded plug-ins stay until the process ends.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_H_
#define T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_H_

#include <string>

#include "absl/base/config.h"
#include "absl/status/status.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/plugin_version.h"
#include "torch/version.h"

#define T2T_PLUGIN_TEXT_INNER_(x) #x
#define T2T_PLUGIN_TEXT_(x) T2T_PLUGIN_TEXT_INNER_(x)
#ifndef T2T_PLUGIN_STAMP
#define T2T_PLUGIN_STAMP                                                 \
  "tensor2tensor " T2T_PLUGIN_VERSION ", headers " T2T_PLUGIN_HEADERS    \
  ", C++ ABI " T2T_PLUGIN_TEXT_(__GXX_ABI_VERSION) "/" T2T_PLUGIN_TEXT_( \
      _GLIBCXX_USE_CXX11_ABI) ", LibTorch " TORCH_VERSION                \
                              ", Abseil " T2T_PLUGIN_TEXT_(ABSL_LTS_RELEASE_VERSION)
#endif

// Begins the function that registers: its body returns absl::Status. Once in a plug-in.
#define T2T_PLUGIN(library)                                                          \
  static absl::Status T2tRegisterPlugin(::t2t::Library& library);                    \
  extern "C" __attribute__((visibility("default"))) const char* t2t_plugin_stamp() { \
    return T2T_PLUGIN_STAMP;                                                         \
  }                                                                                  \
  extern "C" __attribute__((visibility("default"))) void t2t_register(               \
      ::t2t::Library& t2t_library) {                                                 \
    ::t2t::PluginRegistered(T2tRegisterPlugin(t2t_library));                         \
  }                                                                                  \
  static absl::Status T2tRegisterPlugin(::t2t::Library& library)

namespace t2t {

// Loads the file and calls its t2t_register. Errors: what the loader says; a library that is no plug-in; one that was
// built against another version, with both stamps; what the plug-in's body returned.
absl::Status LoadPlugin(const std::string& path, Library& library);

// Called by T2T_PLUGIN: t2t_register itself has no result, as C interfaces go.
void PluginRegistered(const absl::Status& status);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_H_
