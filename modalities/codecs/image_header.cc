#include "modalities/codecs/image_header.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using Format = ImageHeader::Format;

constexpr absl::string_view kPngMagic("\x89PNG\r\n\x1A\n", 8);

int64_t ByteAt(absl::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

int64_t BigEndian(absl::string_view bytes, size_t at, size_t count) {
  int64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value * 256 + ByteAt(bytes, at + i);
  return value;
}

int64_t LittleEndian(absl::string_view bytes, size_t at, size_t count) {
  int64_t value = 0;
  for (size_t i = count; i > 0; --i) value = value * 256 + ByteAt(bytes, at + i - 1);
  return value;
}

absl::Status CutOff(absl::string_view format, size_t size) {
  return absl::InvalidArgumentError(
      absl::StrCat(format, " image is cut off: its header ends after ", size, " bytes"));
}

absl::Status NoImage(absl::string_view bytes) {
  if (bytes.empty()) return absl::InvalidArgumentError("not an image: it is empty");
  const absl::string_view first = bytes.substr(0, 16);
  const bool text = std::all_of(first.begin(), first.end(),
                                [](unsigned char c) {
                                  return c >= 0x80 || std::isprint(c) || std::isspace(c);
                                }) &&
                    Utf8Length(first) > 0;
  return absl::InvalidArgumentError(
      absl::StrCat("not an image (PNG, JPEG, BMP, PNM or WebP): it begins with \"",
                   absl::CHexEscape(first), "\"", text ? ", which looks like text" : ""));
}

// Finds the frame header (SOF) among the segments.
std::optional<ImageHeader> JpegHeader(absl::string_view bytes) {
  for (size_t at = 2; at + 9 <= bytes.size();) {
    if (ByteAt(bytes, at) != 0xFF) return std::nullopt;
    const int64_t marker = ByteAt(bytes, at + 1);
    if (marker == 0xFF) {
      ++at;
    } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
      at += 2;
    } else if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
               marker != 0xCC) {
      return ImageHeader{Format::kJpeg, BigEndian(bytes, at + 5, 2), BigEndian(bytes, at + 7, 2)};
    } else {
      const int64_t length = BigEndian(bytes, at + 2, 2);
      if (length < 2) return std::nullopt;
      at += 2 + static_cast<size_t>(length);
    }
  }
  return std::nullopt;
}

std::optional<ImageHeader> BmpHeader(absl::string_view bytes) {
  if (bytes.size() < 26) return std::nullopt;
  if (LittleEndian(bytes, 14, 4) < 36) {
    return ImageHeader{Format::kBmp, LittleEndian(bytes, 20, 2), LittleEndian(bytes, 18, 2)};
  }
  // A negative height says that the rows go down.
  const auto height = static_cast<int32_t>(LittleEndian(bytes, 22, 4));
  const auto width = static_cast<int32_t>(LittleEndian(bytes, 18, 4));
  return ImageHeader{Format::kBmp, height < 0 ? -int64_t{height} : height, width};
}

std::optional<ImageHeader> PnmHeader(absl::string_view bytes) {
  std::array<int64_t, 3> sizes{0, 0, 1};  // width, height and, where there are greys, white
  const bool bits = bytes[1] == '1' || bytes[1] == '4';
  size_t at = 2;
  for (size_t i = 0; i < (bits ? 2 : 3); ++i) {
    int64_t& size = sizes[i];
    size = 0;
    while (at < bytes.size() &&
           (std::isspace(static_cast<unsigned char>(bytes[at])) || bytes[at] == '#')) {
      if (bytes[at] != '#')
        ++at;
      else
        while (at < bytes.size() && bytes[at] != '\n') ++at;
    }
    const size_t begin = at;
    for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9' && at < begin + 9; ++at) {
      size = size * 10 + (bytes[at] - '0');
    }
    if (at == begin || at == bytes.size()) return std::nullopt;
  }
  if (sizes[2] < 1 || sizes[2] > 65535) return std::nullopt;
  return ImageHeader{Format::kPnm, sizes[1], sizes[0], sizes[2]};
}

std::optional<ImageHeader> WebpHeader(absl::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  const absl::string_view chunk = bytes.substr(12, 4);
  if (chunk == "VP8X") {
    return ImageHeader{Format::kWebp, LittleEndian(bytes, 27, 3) + 1,
                       LittleEndian(bytes, 24, 3) + 1};
  }
  if (chunk == "VP8L") {
    const int64_t bits = LittleEndian(bytes, 21, 4);
    return ImageHeader{Format::kWebp, ((bits >> 14) & 0x3FFF) + 1, (bits & 0x3FFF) + 1};
  }
  if (chunk != "VP8 ") return std::nullopt;
  return ImageHeader{Format::kWebp, LittleEndian(bytes, 28, 2) & 0x3FFF,
                     LittleEndian(bytes, 26, 2) & 0x3FFF};
}

// CRC-32 of ISO 3309, as the PNG specification has it.
uint32_t Crc32(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

absl::Status CheckPng(absl::string_view bytes) {
  size_t at = kPngMagic.size();
  for (;;) {
    if (bytes.size() - at < 12) {
      return absl::InvalidArgumentError(
          absl::StrCat("PNG image is cut off: no IEND chunk in its ", bytes.size(), " bytes"));
    }
    const absl::string_view type = bytes.substr(at + 4, 4);
    const auto length = static_cast<size_t>(BigEndian(bytes, at, 4));
    if (length > bytes.size() - at - 12) {
      return absl::InvalidArgumentError(absl::StrCat(
          "PNG image is cut off or damaged: the chunk '", absl::CHexEscape(type), "' at offset ",
          at, " has ", length, " bytes, ", bytes.size() - at - 12, " are left"));
    }
    if (BigEndian(bytes, at + 8 + length, 4) != Crc32(bytes.substr(at + 4, length + 4))) {
      return absl::InvalidArgumentError(absl::StrCat("PNG image is damaged: the chunk '",
                                                     absl::CHexEscape(type), "' at offset ", at,
                                                     " has a wrong checksum"));
    }
    if (type == "IEND") return absl::OkStatus();
    at += length + 12;
  }
}

// Calls use(type, chunk) for each chunk of a complete PNG, IEND the last; a chunk has its length, type, data and
// checksum.
template <typename Use>
void ForEachChunk(absl::string_view png, const Use& use) {
  for (size_t at = kPngMagic.size();;) {
    const auto size = static_cast<size_t>(BigEndian(png, at, 4)) + 12;
    const absl::string_view type = png.substr(at + 4, 4);
    use(type, png.substr(at, size));
    if (type == "IEND") return;
    at += size;
  }
}

absl::Status CheckJpeg(absl::string_view bytes) {
  // Inside of a scan 0xFF is followed by 0, so that these two bytes are markers there. Ahead of the
  // last scan there may be other end markers, of a thumbnail.
  const size_t scan = bytes.rfind("\xFF\xDA");
  if (scan != absl::string_view::npos && bytes.find("\xFF\xD9", scan) != absl::string_view::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("JPEG image is cut off: no end marker in its ", bytes.size(), " bytes"));
}

}  // namespace

absl::string_view FormatName(Format format) {
  switch (format) {
    case Format::kPng:
      return "PNG";
    case Format::kJpeg:
      return "JPEG";
    case Format::kBmp:
      return "BMP";
    case Format::kPnm:
      return "PNM";
    case Format::kWebp:
      return "WebP";
  }
  return "";
}

int64_t TransparentGrey(absl::string_view png) {
  const int64_t bits = ByteAt(png, 24), colour = ByteAt(png, 25);
  int64_t transparent = -1;
  if (colour != 0) return transparent;
  ForEachChunk(png, [&](absl::string_view type, absl::string_view chunk) {
    if (type != "tRNS" || chunk.size() != 12 + 2 || transparent >= 0) return;
    const int64_t grey = BigEndian(chunk, 8, 2);
    transparent = bits >= 8 ? grey : grey * (255 / ((1 << bits) - 1));
  });
  return transparent;
}

std::string WithoutColourProfile(absl::string_view png) {
  std::string kept(kPngMagic);
  ForEachChunk(png, [&](absl::string_view type, absl::string_view chunk) {
    if (type != "iCCP" && type != "sRGB") absl::StrAppend(&kept, chunk);
  });
  return kept;
}

std::string ImageSuffix(absl::string_view file_bytes) {
  const auto header = ReadImageHeader(file_bytes);
  if (!header.ok()) return "";
  switch (header->format) {
    case Format::kPng:
      return ".png";
    case Format::kJpeg:
      return ".jpg";
    case Format::kBmp:
      return ".bmp";
    case Format::kPnm:
      return ".ppm";
    case Format::kWebp:
      return ".webp";
  }
  return "";
}

absl::StatusOr<ImageHeader> ReadImageHeader(absl::string_view bytes) {
  std::optional<ImageHeader> header;
  absl::string_view name;
  if (absl::StartsWith(bytes, kPngMagic)) {
    name = "PNG";
    if (bytes.size() >= 33 && bytes.substr(12, 4) == "IHDR") {
      header = ImageHeader{Format::kPng, BigEndian(bytes, 20, 4), BigEndian(bytes, 16, 4)};
    }
  } else if (absl::StartsWith(bytes, "\xFF\xD8\xFF")) {
    name = "JPEG";
    header = JpegHeader(bytes);
  } else if (absl::StartsWith(bytes, "BM") && bytes.size() >= 14 &&
             LittleEndian(bytes, 6, 4) == 0) {
    name = "BMP";
    header = BmpHeader(bytes);
  } else if (bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
             std::isspace(static_cast<unsigned char>(bytes[2]))) {
    name = "PNM";
    header = PnmHeader(bytes);
  } else if (bytes.size() >= 12 && absl::StartsWith(bytes, "RIFF") &&
             bytes.substr(8, 4) == "WEBP") {
    name = "WebP";
    header = WebpHeader(bytes);
  } else {
    return NoImage(bytes);
  }
  if (!header.has_value()) return CutOff(name, bytes.size());
  if (header->height <= 0 || header->width <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " image has no pixels: it says ", header->width, "x", header->height));
  }
  if (header->width > kMostImagePixels / header->height) {
    return absl::InvalidArgumentError(absl::StrCat(name, " image is too large: ", header->width,
                                                   "x", header->height, " pixels; at most ",
                                                   kMostImagePixels, " are allowed"));
  }
  return *header;
}

absl::StatusOr<ImageHeader> ReadWholeImageHeader(absl::string_view bytes) {
  T2T_ASSIGN_OR_RETURN(const ImageHeader header, ReadImageHeader(bytes));
  if (header.format == Format::kPng) T2T_RETURN_IF_ERROR(CheckPng(bytes));
  if (header.format == Format::kJpeg) T2T_RETURN_IF_ERROR(CheckJpeg(bytes));
  return header;
}

}  // namespace t2t
