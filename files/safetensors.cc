#include "files/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/file_descriptor.h"
#include "files/little_endian.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using nlohmann::json;

constexpr size_t kLengthBytes = 8;
// The reference implementation refuses longer headers.
constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr const char* kMetadata = "__metadata__";

// Bytes of a tensor; nothing if a size is negative or the product (of the non-zero sizes too)
// overflows.
std::optional<int64_t> TensorBytes(int64_t element_bytes, const std::vector<int64_t>& shape) {
  int64_t bytes = element_bytes;
  bool empty = false;
  for (const int64_t size : shape) {
    if (size < 0) return std::nullopt;
    empty = empty || size == 0;
    if (size > 0 && __builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
  }
  return empty ? 0 : bytes;
}

std::string ShapeString(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) absl::StrAppend(&text, i == 0 ? "" : ", ", shape[i]);
  return text + "]";
}

// What is wrong with the type, the shape or the number of bytes; empty if nothing.
std::string TensorMistake(const TensorView& tensor, uint64_t bytes) {
  const std::optional<int64_t> element = SafetensorsElementBytes(tensor.dtype);
  if (!element) {
    return absl::StrCat(
        "type '", tensor.dtype,
        "' is none of BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, U16, I16, F16, BF16, U32, "
        "I32, F32, U64, I64, F64, C64");
  }
  const std::optional<int64_t> expected = TensorBytes(*element, tensor.shape);
  if (!expected) {
    return absl::StrCat("shape ", ShapeString(tensor.shape), " of ", tensor.dtype,
                        " is impossible");
  }
  if (static_cast<uint64_t>(*expected) != bytes) {
    return absl::StrCat("shape ", ShapeString(tensor.shape), " of ", tensor.dtype, " needs ",
                        *expected, " bytes, it has ", bytes);
  }
  return "";
}

struct Placed {
  TensorView tensor;
  uint64_t begin, end;
};

// One entry of the header. Returns what is wrong with it.
std::string ParseEntry(const json& entry, Placed* placed) {
  if (!entry.is_object()) return "is no object of dtype, shape and data_offsets";
  for (const auto& [key, unused] : entry.items()) {
    if (key != "dtype" && key != "shape" && key != "data_offsets") {
      return absl::StrCat("has '", key, "'; allowed are dtype, shape and data_offsets");
    }
  }
  if (entry.size() != 3) return "lacks one of dtype, shape and data_offsets";
  const json& dtype = entry["dtype"];
  if (!dtype.is_string()) return "has a dtype that is no string";
  placed->tensor.dtype = dtype.get_ref<const std::string&>();
  const json& shape = entry["shape"];
  if (!shape.is_array()) return "has a shape that is no list";
  for (const json& size : shape) {
    if (!size.is_number_unsigned() ||
        size.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return absl::StrCat("has a shape with ", size.dump(), ", which is no size");
    }
    placed->tensor.shape.push_back(size.get<int64_t>());
  }
  const json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return "has data_offsets that are not two non-negative integers";
  }
  placed->begin = offsets[0].get<uint64_t>();
  placed->end = offsets[1].get<uint64_t>();
  if (placed->begin > placed->end) {
    return absl::StrCat("ends at byte ", placed->end, ", before its begin ", placed->begin);
  }
  const std::string mistake = TensorMistake(placed->tensor, placed->end - placed->begin);
  return mistake.empty() ? "" : "is wrong: " + mistake;
}

absl::Status HeaderError(const std::string& what) {
  return absl::DataLossError(absl::StrCat("header at byte 8: ", what));
}

// The header as JSON; refuses what json would let pass or grow on: a name twice, deep nesting.
absl::StatusOr<json> ParseHeader(std::string_view text) {
  std::vector<std::set<std::string>> names;
  std::string mistake;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > 3 && mistake.empty()) mistake = "lists or objects are nested too deep";
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end && !names.empty()) names.pop_back();
    if (event == json::parse_event_t::key && mistake.empty() && !names.empty()) {
      const std::string& name = value.get_ref<const std::string&>();
      if (!names.back().insert(name).second)
        mistake = absl::StrCat("the name '", name, "' is there twice");
    }
    return mistake.empty();
  };
  json header = json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (!mistake.empty()) return HeaderError(mistake);
  if (header.is_discarded() || !header.is_object()) return HeaderError("it is no JSON object");
  return header;
}

}  // namespace

std::optional<int64_t> SafetensorsElementBytes(std::string_view dtype) {
  static constexpr std::pair<std::string_view, int64_t> kTypes[] = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1},
      {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},     {"I32", 4},
      {"F32", 4},  {"U64", 8}, {"I64", 8}, {"F64", 8},     {"C64", 8}};
  for (const auto& [name, bytes] : kTypes) {
    if (name == dtype) return bytes;
  }
  return std::nullopt;
}

absl::Status WriteSafetensors(const std::string& path,
                              const std::vector<std::pair<std::string, TensorView>>& tensors,
                              const std::map<std::string, std::string>& metadata) {
  const auto refuse = [&](const std::string& name, const std::string& mistake) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot write ", path, ": tensor '", name, "': ", mistake));
  };
  json header = json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  std::vector<const std::pair<std::string, TensorView>*> order;
  for (const auto& named : tensors) {
    const auto& [name, tensor] = named;
    if (const std::string mistake = TensorMistake(tensor, tensor.bytes.size()); !mistake.empty()) {
      return refuse(name, mistake);
    }
    if (name == kMetadata) return refuse(name, "the format keeps this name for itself");
    order.push_back(&named);
  }
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    const int64_t a_bytes = *SafetensorsElementBytes(a->second.dtype);
    const int64_t b_bytes = *SafetensorsElementBytes(b->second.dtype);
    return a_bytes != b_bytes ? a_bytes > b_bytes : a->first < b->first;
  });
  uint64_t end = 0;
  for (const auto* named : order) {
    const auto& [name, tensor] = *named;
    const uint64_t begin = end;
    end += tensor.bytes.size();
    if (header.contains(name)) return refuse(name, "the name is there twice");
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception&) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot write ", path, ": a tensor's name or the metadata is not UTF-8"));
  }
  // Spaces, so that the tensors begin at a multiple of 8.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > kMaxHeaderBytes) {
    return absl::InvalidArgumentError(absl::StrCat("cannot write ", path,
                                                   ": its header would have ", text.size(),
                                                   " bytes, allowed are ", kMaxHeaderBytes));
  }
  std::string length;
  AppendLittleEndian<uint64_t>(text.size(), &length);
  T2T_ASSIGN_OR_RETURN(std::unique_ptr<AtomicFile> file, AtomicFile::Create(path));
  T2T_RETURN_IF_ERROR(file->Append(length));
  T2T_RETURN_IF_ERROR(file->Append(text));
  for (const auto* named : order) T2T_RETURN_IF_ERROR(file->Append(named->second.bytes));
  return file->Commit();
}

absl::StatusOr<std::unique_ptr<SafetensorsFile>> SafetensorsFile::Open(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(FileDescriptor descriptor, FileDescriptor::Open(path, O_RDONLY));
  T2T_ASSIGN_OR_RETURN(const int64_t size, descriptor.Size());
  if (size < static_cast<int64_t>(kLengthBytes)) {
    return absl::DataLossError(
        absl::StrCat(path, ": ", size, " bytes are too few for a safetensors file"));
  }
  void* mapped =
      ::mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (mapped == MAP_FAILED) return ErrnoStatus("map into memory", path);
  std::unique_ptr<SafetensorsFile> file(new SafetensorsFile(mapped, static_cast<size_t>(size)));
  T2T_RETURN_IF_ERROR(Annotate(file->Parse(), path));
  return file;
}

SafetensorsFile::~SafetensorsFile() { ::munmap(mapped_, size_); }

absl::Status SafetensorsFile::Parse() {
  const std::string_view bytes(static_cast<const char*>(mapped_), size_);
  const uint64_t length = LoadLittleEndian<uint64_t>(bytes.data());
  const uint64_t left = bytes.size() - kLengthBytes;
  if (length > left || length > kMaxHeaderBytes) {
    return absl::DataLossError(absl::StrCat("the header's length at byte 0 is ", length,
                                            "; allowed are ", std::min(left, kMaxHeaderBytes)));
  }
  const std::string_view text = bytes.substr(kLengthBytes, length);
  const std::string_view data = bytes.substr(kLengthBytes + length);
  if (text.empty() || text[0] != '{') return HeaderError("it does not begin with '{'");
  T2T_ASSIGN_OR_RETURN(const json header, ParseHeader(text));

  std::vector<std::pair<std::string, Placed>> placed;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) {
      if (!entry.is_object()) return HeaderError("'__metadata__' is no object");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) {
          return HeaderError(absl::StrCat("'__metadata__' has '", key, "', which is no string"));
        }
        metadata_[key] = value.get_ref<const std::string&>();
      }
      continue;
    }
    placed.emplace_back(name, Placed{});
    if (const std::string mistake = ParseEntry(entry, &placed.back().second); !mistake.empty()) {
      return HeaderError(absl::StrCat("tensor '", name, "' ", mistake));
    }
  }
  // One after the other from the first byte to the last: no gap, no overlap, nothing behind. By end
  // as well, so that a tensor of no bytes comes before the one that begins at the same place.
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.begin, a.second.end) < std::pair(b.second.begin, b.second.end);
  });
  uint64_t expected = 0;
  for (auto& [name, place] : placed) {
    if (place.begin != expected || place.end > data.size()) {
      return HeaderError(absl::StrCat("tensor '", name, "' is at bytes ", place.begin, " to ",
                                      place.end, " of the data; it must begin at ", expected,
                                      " and end within ", data.size()));
    }
    expected = place.end;
    place.tensor.bytes = data.substr(place.begin, place.end - place.begin);
    tensors_.emplace(name, std::move(place.tensor));
  }
  if (expected != data.size()) {
    return absl::DataLossError(absl::StrCat("the tensors end at byte ", expected,
                                            " of the data, which has ", data.size(), " bytes"));
  }
  return absl::OkStatus();
}

}  // namespace t2t
