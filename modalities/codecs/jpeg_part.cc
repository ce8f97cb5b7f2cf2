#include "modalities/codecs/jpeg_part.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>
// Needs the types of <cstdio>.
#include <jpeglib.h>

#include <algorithm>

#include "registry/check.h"

namespace t2t {
namespace {

// Samples beside the window that are decoded with it, so that colours of half the width are stretched there as in the whole.
constexpr int64_t kMargin = 8;

struct Errors {
  jpeg_error_mgr manager;
  std::jmp_buf end;
};

struct Reader {
  jpeg_decompress_struct jpeg{};
  Errors errors{};
  Reader() {
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = [](j_common_ptr common) {
      std::longjmp(reinterpret_cast<Errors*>(common->err)->end, 1);
    };
    errors.manager.emit_message = [](j_common_ptr common, int level) {
      if (level < 0) ++common->err->num_warnings;
    };
  }
  ~Reader() { jpeg_destroy_decompress(&jpeg); }

  // The two steps that may jump; nothing that has a destructor is made within them.
  bool ReadHeader(absl::string_view bytes) {
    if (setjmp(errors.end) != 0) return false;
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 16);  // EXIF
    jpeg_read_header(&jpeg, TRUE);
    return true;
  }
  // Rows of `width` samples from `left` on of what is read; `row` has room for the whole width.
  bool ReadWindow(const Window& window, uint8_t* row, uint8_t* out) {
    if (setjmp(errors.end) != 0) return false;
    jpeg.out_color_space = JCS_EXT_BGR;
    jpeg_start_decompress(&jpeg);
    auto left = static_cast<JDIMENSION>(std::max<int64_t>(0, window.left - kMargin));
    const int64_t right =
        std::min<int64_t>(jpeg.output_width, window.left + window.width + kMargin);
    JDIMENSION width = static_cast<JDIMENSION>(right) - left;
    if (width < jpeg.output_width) jpeg_crop_scanline(&jpeg, &left, &width);
    const auto top = static_cast<JDIMENSION>(window.top);
    if (top > 0 && jpeg_skip_scanlines(&jpeg, top) != top) return false;
    const size_t bytes = static_cast<size_t>(window.width) * 3;
    const size_t skipped = static_cast<size_t>(window.left - left) * 3;
    for (int64_t i = 0; i < window.height; ++i) {
      if (jpeg_read_scanlines(&jpeg, &row, 1) != 1) return false;
      std::memcpy(out + static_cast<size_t>(i) * bytes, row + skipped, bytes);
    }
    jpeg_abort_decompress(&jpeg);  // the rows below are not needed
    return jpeg.err->num_warnings == 0;
  }
};

}  // namespace

std::optional<JpegPart> DecodeJpegPart(absl::string_view file_bytes, const ChooseWindow& choose) {
  Reader reader;
  if (!reader.ReadHeader(file_bytes)) return std::nullopt;
  const jpeg_decompress_struct& jpeg = reader.jpeg;
  bool exif = false;
  for (auto marker = jpeg.marker_list; marker != nullptr; marker = marker->next) exif = true;
  if (exif || jpeg.progressive_mode || jpeg.jpeg_color_space != JCS_YCbCr) return std::nullopt;
  const int64_t height = jpeg.image_height, width = jpeg.image_width;
  const Window window = choose(height, width);
  T2T_CHECK(window.top >= 0 && window.left >= 0 && window.height > 0 && window.width > 0 &&
            window.top + window.height <= height && window.left + window.width <= width)
      << window.top << ' ' << window.left << ' ' << window.height << ' ' << window.width << " of "
      << height << ' ' << width;
  JpegPart part{window.height, window.width, {}};
  part.samples.resize(static_cast<size_t>(window.height * window.width * 3));
  std::vector<uint8_t> row(static_cast<size_t>(width * 3));
  if (!reader.ReadWindow(window, row.data(), part.samples.data())) return std::nullopt;
  return part;
}

}  // namespace t2t
