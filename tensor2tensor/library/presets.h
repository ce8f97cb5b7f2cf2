// The configurations under configs/ that are compiled into the library.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_PRESETS_H_
#define T2T_TENSOR2TENSOR_LIBRARY_PRESETS_H_

#include <vector>

namespace t2t {

struct Preset {
  const char* name;  // the file's name without its ending
  const char* yaml;
};

const std::vector<Preset>& BuiltInPresets();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_PRESETS_H_
