#include "tensor2tensor/library/plugin.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

using StampFunction = const char* (*)();
using RegisterFunction = void (*)(Library&);

absl::Status& LastRegistered() {
  static absl::Status* const status = new absl::Status;
  return *status;
}

absl::Status CheckStamp(void* handle, const std::string& path) {
  const auto stamp = reinterpret_cast<StampFunction>(dlsym(handle, "t2t_plugin_stamp"));
  if (stamp == nullptr || dlsym(handle, "t2t_register") == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     ": is not a plug-in: it lacks t2t_register or t2t_plugin_stamp; T2T_PLUGIN of "
                     "tensor2tensor/library/plugin.h makes both"));
  }
  if (stamp() == std::string(T2T_PLUGIN_STAMP)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": was built for\n  ", stamp(),
                                                 "\nbut this program is\n  ", T2T_PLUGIN_STAMP,
                                                 "\nbuild the plug-in anew"));
}

}  // namespace

void PluginRegistered(const absl::Status& status) { LastRegistered() = status; }

absl::Status LoadPlugin(const std::string& path, Library& library) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(absl::StrCat("--plugin ", path, ": there is no such file"));
  }
  // A name without a slash would be looked for in the system's folders only.
  const std::string file = std::filesystem::absolute(path).string();
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const std::string reason = dlerror();
    // One of another stamp may lack what is gone since: that it is of another one says more.
    handle = dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
    absl::Status status = handle == nullptr ? absl::OkStatus() : CheckStamp(handle, path);
    if (handle != nullptr) dlclose(handle);
    status.Update(absl::InvalidArgumentError(absl::StrCat(path, ": cannot be loaded: ", reason)));
    return Annotate(status, "--plugin");
  }
  if (const absl::Status status = CheckStamp(handle, path); !status.ok()) {
    dlclose(handle);
    return Annotate(status, "--plugin");
  }
  PluginRegistered(absl::OkStatus());
  T2T_RETURN_IF_ERROR(FromTorch([&] {
    reinterpret_cast<RegisterFunction>(dlsym(handle, "t2t_register"))(library);
    return absl::OkStatus();
  }));
  return Annotate(LastRegistered(), absl::StrCat("--plugin ", path));
}

}  // namespace t2t
