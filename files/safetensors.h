// The safetensors format: a JSON header of names, types and shapes, then the tensors' bytes without
// gaps. This file knows bytes only, no tensor library.
//
//   T2T_RETURN_IF_ERROR(WriteSafetensors(
//       "model.safetensors", {{"encoder.weight", {"F32", {2, 3}, bytes}}},
//       {{"step", "7"}}));
//   T2T_ASSIGN_OR_RETURN(auto file, SafetensorsFile::Open("model.safetensors"));
//   file->tensors().at("encoder.weight").shape;    // {2, 3}
//
// A file holds: the header's length n (uint64, little-endian), n bytes of JSON that begin with '{'
// and may end with spaces, the tensors row-major and little-endian.
// https://github.com/huggingface/safetensors
#ifndef T2T_FILES_SAFETENSORS_H_
#define T2T_FILES_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace t2t {

// Does not own its bytes.
struct TensorView {
  std::string dtype;  // As the format spells it: "F32", "BF16", "I64", "U8", "BOOL", ...
  std::vector<int64_t> shape;
  std::string_view bytes;
};

// Bytes of one element; nothing for a type that the format does not have or that is below a byte.
std::optional<int64_t> SafetensorsElementBytes(std::string_view dtype);

// Writes the file whole or not at all, without a copy of the tensors. Their order in the file is
// the reference implementation's, large elements first and then by name, so that every tensor of
// our files is aligned to its element and equal contents give equal files.
absl::Status WriteSafetensors(const std::string& path,
                              const std::vector<std::pair<std::string, TensorView>>& tensors,
                              const std::map<std::string, std::string>& metadata);

// A file mapped into memory. Open checks everything, so that a view's bytes always fit its shape.
// The views live as long as this object. Immutable and thread-safe. The bytes of files from
// elsewhere need not be aligned: copy them, do not cast. The file may be replaced or removed
// meanwhile, but not cut in place.
class SafetensorsFile {
 public:
  static absl::StatusOr<std::unique_ptr<SafetensorsFile>> Open(const std::string& path);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  SafetensorsFile(void* mapped, size_t size) : mapped_(mapped), size_(size) {}
  absl::Status Parse();

  void* mapped_;
  size_t size_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace t2t

#endif  // T2T_FILES_SAFETENSORS_H_
