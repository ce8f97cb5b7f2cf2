# Writes tensor2tensor/library/plugin_version.h, which tells the project's version and a digest of all public headers:
# a plug-in that was compiled against other headers has another stamp (tensor2tensor/library/plugin.h).
get_property(t2t_public_headers GLOBAL PROPERTY t2t_headers)
list(SORT t2t_public_headers)
set(t2t_header_digests "")
foreach(header IN LISTS t2t_public_headers)
  file(SHA256 "${PROJECT_SOURCE_DIR}/${header}" digest)
  string(APPEND t2t_header_digests "${header} ${digest}\n")
endforeach()
string(SHA256 t2t_headers_digest "${t2t_header_digests}")
string(SUBSTRING "${t2t_headers_digest}" 0 12 t2t_headers_digest)
file(CONFIGURE OUTPUT "${T2T_GENERATED_HEADERS}/tensor2tensor/library/plugin_version.h" @ONLY CONTENT [=[
// Made by cmake/T2TPluginVersion.cmake: what a plug-in was compiled against.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_VERSION_H_
#define T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_VERSION_H_

#define T2T_PLUGIN_VERSION "@PROJECT_VERSION@"
#define T2T_PLUGIN_HEADERS "@t2t_headers_digest@"

#endif  // T2T_TENSOR2TENSOR_LIBRARY_PLUGIN_VERSION_H_
]=])
