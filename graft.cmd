@echo off
rem Graft's launcher for Windows: builds what is missing or stale, then runs a command. See `graft --help`.
rem   GRAFT_JAVA_OPTS, GRAFT_NATIVES (cpu or cuda), PYTORCH_LIBRARY_PATH and JAVA_HOME are as in the file graft.
setlocal
set "home=%~dp0"
if "%home:~-1%"=="\" set "home=%home:~0,-1%"
set "built=%home%\app\target"
set "jar=%built%\app-0.1.0.jar"
set "stamp=%built%\graft.stamp"

rem An image that `graft package` made has its own Java, and is built.
set "image="
if not exist "%home%\app-0.1.0.jar" goto checkout
set "image=-Dgraft.image=true"
set "java=%home%\..\runtime\bin\java.exe"
set "built=%home%"
set "jar=%home%\app-0.1.0.jar"
goto run
:checkout
set "java=java"
if not defined JAVA_HOME goto found
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" goto found
echo graft: JAVA_HOME is %JAVA_HOME%, where there is no bin\java.exe; point it at a JDK 17 or newer. 1>&2
exit /b 2
:found
for /f "tokens=3" %%v in ('"%java%" -version 2^>^&1 ^| findstr /i "version"') do set "version=%%~v"
if not defined version (
    echo graft: no Java is installed; install a JDK 17 or newer. 1>&2
    exit /b 2
)
for /f "delims=.-+" %%m in ("%version%") do set "major=%%m"
if %major% LSS 17 (
    echo graft: %java% is Java %version%, and Graft needs 17 or newer; install a JDK 17 or set JAVA_HOME to one. 1>&2
    exit /b 2
)

rem PowerShell compares the times: what is newer than the last build makes it stale.
if not exist "%jar%" goto build
if not exist "%stamp%" goto build
for /d %%m in ("%home%\nodes-*") do if not exist "%home%\plugins\%%~nxm.jar" goto build
for /d %%m in ("%home%\nodes-*") do if not exist "%home%\plugins\bundled\%%~nxm.jar.sha512" goto build
powershell -NoProfile -Command "$t=(Get-Item '%stamp%').LastWriteTime; if (Get-Item '%home%\pom.xml','%home%\*\pom.xml' | Where-Object LastWriteTime -gt $t) {exit 1}; if (Get-ChildItem '%home%\*\src\main' -Recurse | Where-Object LastWriteTime -gt $t | Select-Object -First 1) {exit 1}; exit 0"
if not errorlevel 1 goto run
:build
where mvn >nul 2>&1
if errorlevel 1 (
    echo graft: Graft is not built yet and Maven is not installed; install Maven 3.8 or newer. 1>&2
    exit /b 2
)
echo graft: building what is new: minutes the first time, more on a busy machine. Let it finish: stopped, it begins anew. 1>&2
echo graft: what Maven says, and which part of how many it builds, is in %built%\graft-build.log 1>&2
if not exist "%built%" mkdir "%built%"
type nul > "%stamp%.started"
pushd "%home%"
call mvn -B -ntp -Dstyle.color=never -Dmaven.test.skip=true -Dspotless.check.skip=true package > "%built%\graft-build.log" 2>&1
if errorlevel 1 (
    popd
    findstr /c:"ERROR" "%built%\graft-build.log" 1>&2
    echo graft: the build failed; the whole of what Maven said is in %built%\graft-build.log. 1>&2
    exit /b 2
)
popd
move /y "%stamp%.started" "%stamp%" >nul

:run
set "classpath=%jar%"
if defined PYTORCH_LIBRARY_PATH goto library
if /i "%GRAFT_NATIVES%"=="cuda" goto start
for %%n in ("%built%\natives\*.jar") do set "classpath=%jar%;%%n"
goto start
:library
if not defined PYTORCH_VERSION set "PYTORCH_VERSION=2.7.1"
if defined PYTORCH_FLAVOR goto start
set "PYTORCH_FLAVOR=cpu"
if exist "%PYTORCH_LIBRARY_PATH%\torch_cuda.dll" set "PYTORCH_FLAVOR=cu128"
:start
"%java%" -Xms16m -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable %GRAFT_JAVA_OPTS% %image% "-Dgraft.home=%home%" -cp "%classpath%" graft.app.command.Graft %*
exit /b %errorlevel%
