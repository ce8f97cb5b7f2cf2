# OpenCV's core, imgproc and imgcodecs as t2t_opencv. Debian keeps OpenCVConfig.cmake in libopencv-dev, which
# needs every module of OpenCV and all that those need (VTK, Qt); the three small packages are found by name.
find_path(T2T_OPENCV_INCLUDE_DIR opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4 REQUIRED)
file(STRINGS "${T2T_OPENCV_INCLUDE_DIR}/opencv2/core/version.hpp" t2t_opencv_version
  REGEX "#define CV_VERSION_(MAJOR|MINOR|REVISION) +[0-9]+")
string(REGEX MATCHALL "[0-9]+" t2t_opencv_version "${t2t_opencv_version}")
string(REPLACE ";" "." t2t_opencv_version "${t2t_opencv_version}")
add_library(t2t_opencv INTERFACE)
target_include_directories(t2t_opencv SYSTEM INTERFACE "${T2T_OPENCV_INCLUDE_DIR}")
foreach(module core imgproc imgcodecs)
  find_library(T2T_OPENCV_${module} opencv_${module} REQUIRED)
  target_link_libraries(t2t_opencv INTERFACE "${T2T_OPENCV_${module}}")
endforeach()
