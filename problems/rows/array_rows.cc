// Rows of arrays: NumPy's .npy (numpy.lib.format, versions 1 to 3), IDX (MNIST) and CIFAR's binary version.
#include <cstring>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "files/little_endian.h"
#include "modalities/codecs/pixels.h"
#include "problems/readers/input_file.h"
#include "problems/readers/line_reader.h"
#include "problems/rows/formats.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Items of one size, one behind the other; what an item is, the format says.
class Items : public RowReader {
 public:
  using Fill = std::function<absl::Status(absl::string_view item, Row* row)>;
  // count < 0: as many as there are.
  Items(std::unique_ptr<InputFile> file, int64_t count, size_t item_bytes,
        std::vector<std::string> columns, Fill fill)
      : file_(std::move(file)),
        count_(count),
        item_bytes_(item_bytes),
        columns_(std::move(columns)),
        fill_(std::move(fill)) {}

  absl::StatusOr<bool> Next(Row* row) override {
    const int64_t offset = file_->offset();
    T2T_RETURN_IF_ERROR(file_->Read(next_ == count_ ? 1 : item_bytes_, &item_));
    const auto error = [&](absl::string_view what) {
      return absl::DataLossError(absl::StrCat(file_->path(), ": offset ", offset, ": ", what));
    };
    if (next_ == count_) {
      if (item_.empty()) return false;
      return error(absl::StrCat("more bytes follow than the ", count_, " items of the header"));
    }
    if (item_.empty() && count_ < 0) return false;
    if (item_.size() < item_bytes_) {
      return error(absl::StrCat("the file ends within item ", next_,
                                count_ < 0 ? "" : absl::StrCat(" of ", count_)));
    }
    row->key.clear();
    row->further.clear();
    row->place = absl::StrCat(file_->path(), ": item ", next_++);
    row->status = fill_(item_, row);
    return true;
  }
  std::vector<std::string> columns() const override { return columns_; }
  std::string main_column() const override { return columns_[0]; }
  bool holds_file(const std::string&) const override { return true; }

 private:
  std::unique_ptr<InputFile> file_;
  int64_t count_;
  size_t item_bytes_;
  std::vector<std::string> columns_;
  Fill fill_;
  int64_t next_ = 0;
  std::string item_;
};

// The product of the axes behind the first, times `bytes`. Error: more than a record may have.
absl::StatusOr<size_t> ItemBytes(const std::string& path, const std::vector<int64_t>& shape,
                                 int64_t bytes) {
  int64_t product = bytes;
  for (size_t i = 1; i < shape.size(); ++i) {
    if (shape[i] <= 0 || product > kMostRecordBytes / shape[i]) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": an item of the shape ", absl::StrJoin(shape, "x"),
                       " has no numbers, or more than ", kMostRecordBytes, " bytes"));
    }
    product *= shape[i];
  }
  return static_cast<size_t>(product);
}

// ---- NumPy ----

struct NpyType {
  char kind = 'f';  // f, i, u or b
  size_t bytes = 4;
  bool big_endian = false;
};

template <typename T, typename Bits>
float FromBits(Bits bits) {
  T value;
  std::memcpy(&value, &bits, sizeof(value));
  return static_cast<float>(value);
}

float HalfToFloat(uint16_t half) {
  const int exponent = (half >> 10) & 31, fraction = half & 1023;
  const float sign = (half >> 15) != 0 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
}

float NumberAt(const NpyType& type, const char* bytes) {
  char ordered[8] = {};
  for (size_t i = 0; i < type.bytes; ++i)
    ordered[i] = bytes[type.big_endian ? type.bytes - 1 - i : i];
  const auto bits = LoadLittleEndian<uint64_t>(ordered);
  if (type.kind == 'f') {
    if (type.bytes == 2) return HalfToFloat(static_cast<uint16_t>(bits));
    return type.bytes == 4 ? FromBits<float>(static_cast<uint32_t>(bits)) : FromBits<double>(bits);
  }
  if (type.kind == 'i') {
    const int shift =
        64 - 8 * static_cast<int>(type.bytes);  // the sign's bit to the front and back
    return static_cast<float>(static_cast<int64_t>(bits << shift) >> shift);
  }
  return static_cast<float>(bits);
}

// The text behind 'key': in the header's dictionary, up to what ends it.
absl::string_view HeaderField(absl::string_view header, absl::string_view key) {
  const size_t begin = header.find(absl::StrCat("'", key, "':"));
  if (begin == absl::string_view::npos) return "";
  absl::string_view rest = header.substr(begin + key.size() + 3);
  rest = absl::StripLeadingAsciiWhitespace(rest);
  return absl::StartsWith(rest, "(") ? rest.substr(0, rest.find(')'))
                                     : rest.substr(0, rest.find(','));
}

absl::StatusOr<NpyType> ParseNpyType(const std::string& path, absl::string_view text) {
  const absl::string_view all = text;
  absl::ConsumePrefix(&text, "'");
  absl::ConsumeSuffix(&text, "'");
  NpyType type;
  int64_t bytes = 0;
  if (text.size() >= 3 && absl::StrContains("<>|=", text.substr(0, 1)) &&
      absl::SimpleAtoi(text.substr(2), &bytes)) {
    type = {.kind = text[1], .bytes = static_cast<size_t>(bytes), .big_endian = text[0] == '>'};
    const bool known = (type.kind == 'f' && (bytes == 2 || bytes == 4 || bytes == 8)) ||
                       ((type.kind == 'i' || type.kind == 'u') &&
                        (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8)) ||
                       (type.kind == 'b' && bytes == 1);
    if (known) return type;
  }
  return absl::InvalidArgumentError(absl::StrCat(path, ": numbers of the type ", all,
                                                 " are not read; allowed are f2, f4, f8, i1 to "
                                                 "i8, u1 to u8 and b1"));
}

// ---- IDX and CIFAR: bytes ----

std::vector<float> NumbersOfBytes(absl::string_view bytes) {
  std::vector<float> numbers;
  numbers.reserve(bytes.size());
  for (const char c : bytes) numbers.push_back(static_cast<float>(static_cast<unsigned char>(c)));
  return numbers;
}

// `planar`: one colour behind the other, else one pixel behind the other.
absl::StatusOr<std::string> PngOf(absl::string_view bytes, int64_t height, int64_t width,
                                  int64_t channels, bool planar) {
  Pixels pixels{height, width, channels, std::vector<float>(bytes.size())};
  for (int64_t i = 0; i < height * width; ++i) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t at = planar ? c * height * width + i : i * channels + c;
      pixels.values[static_cast<size_t>(i * channels + c)] =
          static_cast<float>(static_cast<unsigned char>(bytes[static_cast<size_t>(at)])) / 255.0f;
    }
  }
  return EncodePng(pixels);
}

std::string ByteText(char byte) {
  return absl::StrCat(static_cast<int>(static_cast<unsigned char>(byte)));
}

}  // namespace

RowsOrStatus OpenNpy(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open(path));
  std::string bytes;
  T2T_RETURN_IF_ERROR(file->Read(8, &bytes));
  const auto wrong = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
  };
  if (bytes.size() < 8 || !absl::StartsWith(bytes, "\x93NUMPY"))
    return wrong("is not of NumPy's format");
  const bool first_version = bytes[6] == 1;
  T2T_RETURN_IF_ERROR(file->Read(first_version ? 2 : 4, &bytes));
  if (bytes.size() < 2) return wrong("the file ends within its header");
  bytes.resize(4);
  const uint32_t header_bytes = LoadLittleEndian<uint32_t>(bytes.data());
  if (header_bytes > (1u << 20)) return wrong("its header is too long");
  T2T_RETURN_IF_ERROR(file->Read(header_bytes, &bytes));
  if (bytes.size() < header_bytes) return wrong("the file ends within its header");
  T2T_ASSIGN_OR_RETURN(const NpyType type, ParseNpyType(path, HeaderField(bytes, "descr")));
  std::vector<int64_t> shape;
  absl::string_view axes = HeaderField(bytes, "shape");
  absl::ConsumePrefix(&axes, "(");
  for (const absl::string_view axis : absl::StrSplit(axes, ',', absl::SkipWhitespace())) {
    int64_t size = 0;
    if (!absl::SimpleAtoi(axis, &size) || size < 0)
      return wrong(absl::StrCat("its shape (", axes, ") is none"));
    shape.push_back(size);
  }
  if (shape.empty()) return wrong("holds one number, not a list");
  if (absl::StartsWith(HeaderField(bytes, "fortran_order"), "True") && shape.size() > 1)
    return wrong("is in Fortran's order; save it in C's (numpy.ascontiguousarray)");
  T2T_ASSIGN_OR_RETURN(const size_t item, ItemBytes(path, shape, static_cast<int64_t>(type.bytes)));
  return std::make_unique<Items>(std::move(file), shape[0], item, std::vector<std::string>{"value"},
                                 [type](absl::string_view numbers, Row* row) {
                                   std::vector<float> values;
                                   values.reserve(numbers.size() / type.bytes);
                                   for (size_t i = 0; i < numbers.size(); i += type.bytes)
                                     values.push_back(NumberAt(type, numbers.data() + i));
                                   row->cells["value"] = std::move(values);
                                   return absl::OkStatus();
                                 });
}

RowsOrStatus OpenIdx(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open(path));
  std::string bytes;
  T2T_RETURN_IF_ERROR(file->Read(4, &bytes));
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] < 1 ||
      bytes[3] > 8) {
    return absl::DataLossError(absl::StrCat(
        path, ": offset 0: not an IDX file of bytes (00 00 08 and a number of dimensions)"));
  }
  std::vector<int64_t> shape(static_cast<size_t>(bytes[3]));
  for (int64_t& size : shape) {
    T2T_RETURN_IF_ERROR(file->Read(4, &bytes));
    if (bytes.size() < 4)
      return absl::DataLossError(absl::StrCat(path, ": the file ends within its header"));
    for (const char byte : bytes) size = size * 256 + static_cast<unsigned char>(byte);
  }
  T2T_ASSIGN_OR_RETURN(const size_t item, ItemBytes(path, shape, 1));
  const bool picture = shape.size() == 3 || (shape.size() == 4 && (shape[3] == 1 || shape[3] == 3));
  return std::make_unique<Items>(
      std::move(file), shape[0], item, std::vector<std::string>{"value"},
      [shape, picture](absl::string_view content, Row* row) -> absl::Status {
        if (picture) {
          T2T_ASSIGN_OR_RETURN(row->cells["value"],
                               PngOf(content, shape[1], shape[2], shape.size() == 4 ? shape[3] : 1,
                                     /*planar=*/false));
        } else if (content.size() == 1) {
          row->cells["value"] = ByteText(content[0]);
        } else {
          row->cells["value"] = NumbersOfBytes(content);
        }
        return absl::OkStatus();
      });
}

RowsOrStatus OpenCifar(const std::string& path, int labels) {
  constexpr int64_t kSide = 32;
  T2T_ASSIGN_OR_RETURN(auto file, InputFile::Open(path));
  const std::vector<std::string> names =
      labels == 1 ? std::vector<std::string>{"image", "label"}
                  : std::vector<std::string>{"image", "coarse_label", "fine_label"};
  return std::make_unique<Items>(
      std::move(file), -1, static_cast<size_t>(labels + 3 * kSide * kSide), names,
      [names](absl::string_view content, Row* row) -> absl::Status {
        for (size_t i = 1; i < names.size(); ++i) row->cells[names[i]] = ByteText(content[i - 1]);
        T2T_ASSIGN_OR_RETURN(row->cells["image"], PngOf(content.substr(names.size() - 1), kSide,
                                                        kSide, 3, /*planar=*/true));
        return absl::OkStatus();
      });
}

}  // namespace t2t
