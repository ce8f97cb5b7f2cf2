// A plug-in as others write one: brings a preset.
#include "tensor2tensor/library/plugin.h"

T2T_PLUGIN(library) {
  return library.presets.Add("of_a_plugin",
                             {.summary = "a preset of a plug-in",
                              .tags = {},
                              .value = "extends: transformer_tiny\nmodel: {ff: 7}\n"});
}
