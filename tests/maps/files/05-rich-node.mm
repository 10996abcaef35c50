<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node ID="ID_1">
<richcontent TYPE="NODE"><html>
  <head>
    
  </head>
  <body>
    <p>The <b>repair</b> call</p>
  </body>
</html>
</richcontent>
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000"  TEXT="Leaf">
</node>
</node></map>