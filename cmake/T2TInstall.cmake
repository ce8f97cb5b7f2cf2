# cmake --install: the library, the program, the public headers, configs/ and a CMake package, so that
# another project can say find_package(tensor2tensor) and link tensor2tensor::tensor2tensor.
include(CMakePackageConfigHelpers)

set(t2t_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tensor2tensor")

# The installed files find each other from wherever they are moved to, and LibTorch where it was found.
file(RELATIVE_PATH t2t_bin_to_lib
  "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
set(t2t_torch_real "")
if(T2T_WITH_TORCH)
  file(REAL_PATH "${t2t_torch_root}" t2t_torch_real)
  set(t2t_torch_rpath "${t2t_torch_real}/lib")
endif()
set_target_properties(tensor2tensor PROPERTIES INSTALL_RPATH "$ORIGIN;${t2t_torch_rpath}")
install(TARGETS tensor2tensor EXPORT tensor2tensorTargets)
if(TARGET t2t)
  set_target_properties(t2t PROPERTIES
    INSTALL_RPATH "$ORIGIN/${t2t_bin_to_lib};${t2t_torch_rpath}")
  install(TARGETS t2t)
endif()

foreach(header IN LISTS t2t_public_headers)
  get_filename_component(folder "${header}" DIRECTORY)
  install(FILES "${PROJECT_SOURCE_DIR}/${header}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tensor2tensor/${folder}")
endforeach()
if(T2T_WITH_TORCH)
  install(FILES "${T2T_GENERATED_HEADERS}/tensor2tensor/library/plugin_version.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tensor2tensor/tensor2tensor/library")
endif()
if(EXISTS "${PROJECT_SOURCE_DIR}/configs")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/configs" DESTINATION "${CMAKE_INSTALL_DATADIR}/tensor2tensor")
endif()

install(EXPORT tensor2tensorTargets NAMESPACE tensor2tensor:: DESTINATION "${t2t_package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/tensor2tensorConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/tensor2tensorConfig.cmake" INSTALL_DESTINATION "${t2t_package_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tensor2tensorConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/tensor2tensorConfig.cmake"
  "${PROJECT_BINARY_DIR}/tensor2tensorConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/T2TTorch.cmake"
  DESTINATION "${t2t_package_dir}")
